namespace Orleans.OneMachine.Serialization;

/// <summary>A type may not travel in a grain call.</summary>
internal sealed class CodecNotFoundException(string message) : Exception(message);

/// <summary>Received bytes are not what the protocol or the type says.</summary>
internal sealed class MalformedDataException(string message) : Exception(message);

/// <summary>A value is too large or too deep to send.</summary>
internal sealed class MessageLimitException(string message) : Exception(message);

/// <summary>Stands for an exception whose type this process does not have.</summary>
internal sealed class UnavailableExceptionFallbackException(string exceptionType, string message)
    : Exception(message)
{
    public string ExceptionType { get; } = exceptionType;

    public override string ToString() => $"{ExceptionType} (a type that this process does not have): {Message}{Environment.NewLine}{StackTrace}";
}
