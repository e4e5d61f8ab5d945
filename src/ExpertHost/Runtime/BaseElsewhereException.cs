namespace ExpertCluster.ExpertHost.Runtime;

/// <summary>A base that this host does not run: others do, or will.</summary>
internal sealed class BaseElsewhereException(string name) : Exception($"base {name} is not run on this host");
