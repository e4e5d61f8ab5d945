namespace ExpertCluster.Cli;

/// <summary>A process of the cluster did not come up; the message says which, and where its log is.</summary>
internal sealed class ClusterStartException(string message) : Exception(message);
