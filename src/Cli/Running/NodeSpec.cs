namespace ExpertCluster.Cli.Running;

/// <summary>What it takes to start one process of the cluster, the first time and again.</summary>
/// <param name="Name">For messages and logs; the node's name in the cluster.</param>
/// <param name="Program">An assembly, and what it is told.</param>
/// <param name="Settings">Environment variables, beside this process's own.</param>
/// <param name="Log">Path of the file that takes its output.</param>
/// <param name="HttpPort">Where its health is asked.</param>
internal sealed record NodeSpec(
    string Name, IReadOnlyList<string> Program, IReadOnlyDictionary<string, string> Settings, string Log, int HttpPort);
