using Orleans.Runtime;

namespace Orleans.OneMachine.Messaging;

internal enum ReplyKind : byte
{
    Result = 0,
    Failure = 1,

    /// <summary>The grain is not here (any more): look it up again.</summary>
    Moved = 2,
}

/// <summary>How a call came out.</summary>
internal readonly record struct Reply(ReplyKind Kind, object? Value)
{
    public static Reply Result(object? value) => new(ReplyKind.Result, value);

    public static Reply Failure(Exception exception) => new(ReplyKind.Failure, exception);

    /// <summary>With the address where the grain is, if that is known.</summary>
    public static Reply Moved(GrainAddress? where) => new(ReplyKind.Moved, where);

    public object? ResultOrThrow()
    {
        if (Kind == ReplyKind.Failure)
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw((Exception)Value!);
        return Value;
    }
}
