using ExpertCluster.Models.Import;
using ExpertCluster.Sessions;
using Microsoft.ML.OnnxRuntime;

namespace ExpertCluster.Gating.Artefacts;

/// <summary>Opens a gate's graph. One thread: a gate's run takes microseconds.</summary>
internal static class GateSession
{
    public static OnnxSession Open(string folder, GateMetadata metadata)
    {
        using SessionOptions options = new() { IntraOpNumThreads = 1, InterOpNumThreads = 1 };
        string path = Path.Combine(folder, GateFiles.Model);
        byte[] graph = GateFiles.ReadModel(folder);
        return CheckedGraph.Open(path, graph, options, () => CheckConstants(WholeGraph.Check(path, graph), path, metadata), session =>
        {
            CheckShape(session, path, metadata);
            return session;
        });
    }

    /// <summary>The graph of another gate fails at the first text whose features it has no rows for, or answers with another's experts.</summary>
    private static void CheckConstants(IReadOnlyDictionary<string, IReadOnlyList<long>> found, string path, GateMetadata metadata)
    {
        long classes = metadata.Classes.Count;
        foreach (var (name, shape) in ((string, long[])[])
            [(GateGraph.Weights, [metadata.Buckets, classes]), (GateGraph.Bias, [classes]), (GateGraph.InverseFrequency, [metadata.Buckets])])
        {
            if (!found.TryGetValue(name, out var has) || !has.SequenceEqual(shape))
            {
                throw new GateFormatException(
                    $"{path}: {name} is {(has is null ? "missing" : $"[{string.Join(", ", has)}]")}, but {GateFiles.Metadata} has {metadata.Buckets} buckets and names {classes} classes");
            }
        }
    }

    private static void CheckShape(OnnxSession session, string path, GateMetadata metadata)
    {
        if (!session.Inputs.ContainsKey(GateGraph.Bucket) || !session.Inputs.ContainsKey(GateGraph.Frequency)
            || !session.Outputs.TryGetValue(GateGraph.Probability, out var output))
        {
            throw new GateFormatException($"{path}: not a gate, its inputs or outputs have other names");
        }

        if (output.Dimensions is not [_, var classes] || classes != metadata.Classes.Count)
        {
            throw new GateFormatException(
                $"{path}: gives [{string.Join(", ", output.Dimensions)}], but {GateFiles.Metadata} names {metadata.Classes.Count} classes");
        }
    }
}
