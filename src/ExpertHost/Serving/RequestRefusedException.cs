using Grpc.Core;

namespace ExpertCluster.ExpertHost.Serving;

/// <summary>A call that isn't served, with the status that tells the caller what to do.</summary>
internal sealed class RequestRefusedException(StatusCode code, string message) : Exception(message)
{
    public StatusCode Code { get; } = code;
}
