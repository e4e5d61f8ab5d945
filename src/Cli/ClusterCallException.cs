namespace ExpertCluster.Cli;

/// <summary>A running cluster could not be asked; the message says which, and what the caller can do.</summary>
internal sealed class ClusterCallException(string message) : Exception(message);
