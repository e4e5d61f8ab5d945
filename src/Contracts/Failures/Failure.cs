namespace ExpertCluster.Contracts.Failures;

/// <summary>An expected failure of a request. Expected failures are values; where they end a stream they travel in a <see cref="RequestFailedException"/>.</summary>
/// <param name="Kind">What a caller can do about it.</param>
/// <param name="Message">For the caller: names the field and the limit, never a prompt, a path, an address or a key.</param>
/// <param name="Field">The request's field at fault, as clients name it; null where there is none.</param>
public sealed record Failure(FailureKind Kind, string Message, string? Field = null)
{
    /// <summary>Clients make up names of parameters.</summary>
    private const int LongestField = 200;

    public string Message { get; init; } = ErrorText.OneLine(Message);

    public string? Field { get; init; } = Field is null ? null : ErrorText.OneLine(Field, LongestField);

    /// <summary>How long to wait before another try; null where another try does not help.</summary>
    public TimeSpan? RetryAfter { get; init; } = Kind is FailureKind.Overloaded or FailureKind.Unavailable ? TimeSpan.FromSeconds(1) : null;

    public static Failure Invalid(string field, string message) => new(FailureKind.InvalidArgument, message, field);
}
