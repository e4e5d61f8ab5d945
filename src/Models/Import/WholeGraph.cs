using ExpertCluster.Models.Checkpoints;

namespace ExpertCluster.Models.Import;

/// <summary>A graph that needs no file beside its own, as a gate's: looked through before a runtime opens what it names.</summary>
public static class WholeGraph
{
    /// <param name="name">Of the file, for messages.</param>
    /// <param name="bytes">All of it.</param>
    /// <returns>The shapes of its constants, by name.</returns>
    /// <exception cref="CheckpointException">It is no graph, has what no writer of ours writes, or names other files.</exception>
    public static IReadOnlyDictionary<string, IReadOnlyList<long>> Check(string name, byte[] bytes) => GraphInspector.CheckWhole(name, bytes);
}
