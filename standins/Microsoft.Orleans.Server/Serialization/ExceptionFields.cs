using System.Runtime.CompilerServices;

namespace Orleans.OneMachine.Serialization;

/// <summary>Fills an exception that no constructor has run for: only so can any exception type be rebuilt.</summary>
internal static class ExceptionFields
{
    public static void Set(Exception exception, string message, string? stackTrace, int hresult, Exception[] inner)
    {
        Message(exception) = message;
        RemoteStackTrace(exception) = stackTrace is null ? null : stackTrace + Environment.NewLine;
        exception.HResult = hresult;
        if (inner.Length > 0)
            Inner(exception) = inner[0];
        if (exception is AggregateException several)
            InnerExceptions(several) = inner;
    }

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_message")]
    private static extern ref string? Message(Exception exception);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_innerException")]
    private static extern ref Exception? Inner(Exception exception);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_remoteStackTraceString")]
    private static extern ref string? RemoteStackTrace(Exception exception);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_innerExceptions")]
    private static extern ref Exception[] InnerExceptions(AggregateException exception);
}
