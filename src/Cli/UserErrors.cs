using ExpertCluster.Catalogue;
using ExpertCluster.Gating;
using ExpertCluster.Models.Checkpoints;
using ExpertCluster.Text.Chat.Diagnostics;
using ExpertCluster.Text.Tokenization.Loading;

namespace ExpertCluster.Cli;

/// <summary>Failures that the user can mend: one clear line, exit 2, no stack trace.</summary>
internal static class UserErrors
{
    public const int ExitCode = 2;

    /// <returns>The line to print, or null for what is our own failure.</returns>
    public static string? Explain(Exception error) => error switch
    {
        CatalogueException or CheckpointException or TokenizerFormatException or ChatTemplateException or GateFormatException
            or ClusterStartException => error.Message,
        UnauthorizedAccessException or IOException => error.Message,
        _ => null,
    };
}
