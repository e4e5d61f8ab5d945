namespace ExpertCluster.Contracts.Failures;

/// <summary>Carries a <see cref="Failures.Failure"/> up to the API that tells the caller.</summary>
public class RequestFailedException(Failure failure) : Exception(failure?.Message)
{
    public RequestFailedException(FailureKind kind, string message, string? field = null)
        : this(new Failure(kind, message, field))
    {
    }

    public Failure Failure { get; } = failure;
}
