namespace ExpertCluster.ExpertHost.Runtime;

/// <summary>An expert can't be loaded here just now: the host drains, or lacks memory. Another one may do better, or the same one later.</summary>
internal sealed class ExpertBusyException(string message, Exception? cause) : Exception(message, cause)
{
}
