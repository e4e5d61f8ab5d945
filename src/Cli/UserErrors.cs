using ExpertCluster.Contracts;
using ExpertCluster.Gating;
using ExpertCluster.Models.Checkpoints;
using ExpertCluster.Text.Bounds;
using ExpertCluster.Text.Chat.Diagnostics;
using ExpertCluster.Text.Tokenization.Loading;
using Grpc.Core;

namespace ExpertCluster.Cli;

/// <summary>Failures that the user can mend: one clear line, exit 2, no stack trace.</summary>
internal static class UserErrors
{
    /// <returns>The line to print, or null for what is our own failure, or one of files.</returns>
    public static string? Explain(Exception error) => error switch
    {
        SetupException or CheckpointException or TokenizerFormatException or ChatTemplateException or GateFormatException
            or ClusterStartException or ClusterCallException => error.Message,
        TextLimitException limit => $"a text {limit.Message}",
        RpcException refusal => $"the cluster did not answer: {refusal.StatusCode}, {refusal.Status.Detail}",
        _ => null,
    };
}
