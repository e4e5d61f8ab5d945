using ExpertCluster.Contracts.Failures;
using ExpertCluster.Node.Transport;
using Grpc.Core;

namespace ExpertCluster.ExpertHost.Apis.Vllm;

/// <summary>What is wrong with a call, by this protocol's names.</summary>
internal static class EngineErrors
{
    private const string HostTokens = "prompt_tokens";

    private const string OwnTokens = "tokenized.input_ids";

    public static RpcException Invalid(string field, string problem) => GrpcFailures.ToException(Failure.Invalid(field, $"{field} {problem}"));

    public static RpcException Of(StatusCode code, string message) => new(new Status(code, message));

    /// <summary>A status of the host's own calls, with the names that this protocol's callers know.</summary>
    public static RpcException Translate(RpcException error) => error.Status.Detail.StartsWith(HostTokens, StringComparison.Ordinal)
        ? GrpcFailures.ToException(Failure.Invalid(OwnTokens, OwnTokens + error.Status.Detail[HostTokens.Length..]))
        : error;
}
