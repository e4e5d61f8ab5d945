using ExpertCluster.Node.Exit;
using Microsoft.Extensions.Logging;
using Orleans.Runtime;

namespace ExpertCluster.Node.Membership;

/// <summary>
/// What a silo does that can't go on, most often because the others have declared it dead while it was frozen or cut off. It
/// has to be gone at once, but a stack and a core file tell an operator nothing: whoever started the process starts it again.
/// </summary>
internal sealed partial class LostSilo(INodeExit exit, ILogger<LostSilo> log) : IFatalErrorHandler
{
    public bool IsUnexpected(Exception exception) => true;

    public void OnFatalException(object? sender, string? context, Exception? exception)
    {
        LogLost(log, context, exception);
        exit.End(NodeExitCodes.LostCluster, "this node is no member of the cluster any more: it was frozen, cut off or taken for dead; start it again");
    }

    [LoggerMessage(1103, LogLevel.Critical, "The silo can't go on: {Context}")]
    private static partial void LogLost(ILogger log, string? context, Exception? exception);
}
