using System.Diagnostics.CodeAnalysis;

namespace ExpertCluster.Cluster.Hosting;

/// <summary>The ways out of this process that are no orderly stop.</summary>
internal interface INodeExit
{
    /// <summary>What it was told to do can't be done: one sentence on standard error, exit code 2.</summary>
    [DoesNotReturn]
    void Refuse(string sentence);

    /// <summary>The cluster goes on without it, and nothing that it says is taken any more: one sentence, exit code 3.</summary>
    [DoesNotReturn]
    void Lost(string sentence);

    /// <summary>It was told to stop and there is nothing to finish: exit code 0.</summary>
    [DoesNotReturn]
    void Stop();
}
