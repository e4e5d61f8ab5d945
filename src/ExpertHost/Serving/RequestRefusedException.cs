using Grpc.Core;

namespace ExpertCluster.ExpertHost.Serving;

/// <summary>A call that isn't served, with the status that tells the caller what to do.</summary>
internal sealed class RequestRefusedException(StatusCode code, string message, Exception? inner = null) : Exception(message, inner)
{
    public StatusCode Code { get; } = code;

    /// <summary>One of <see cref="Contracts.Failures.FailureReasons"/>, where routers go by it; else empty.</summary>
    public string Reason { get; init; } = "";

    /// <summary>What the reason is about: an expert's name; empty: the whole plan.</summary>
    public string Subject { get; init; } = "";
}
