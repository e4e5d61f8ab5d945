using ExpertCluster.Models.Import;

namespace ExpertCluster.Inference.Stepping.Providers;

/// <summary>The graph that a runner opens.</summary>
/// <param name="Path">Its file, which devices read themselves, with the weights beside it.</param>
/// <param name="Read">Its content, compared with what was imported; null: the file as it is.</param>
/// <param name="Weights">What it reads from its weights' file, to be shared with other sessions on the CPU; null: loaded for this one alone.</param>
internal sealed record RunnerGraph(string Path, Func<byte[]>? Read, GraphWeightMap? Weights)
{
    public static RunnerGraph OfFile(string path) => new(path, null, null);

    public static RunnerGraph FlatOf(ImportedModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return new(model.FlatGraphPath, model.ReadFlatGraph, model.FlatWeights);
    }

    public static RunnerGraph PortableOf(ImportedModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return new(model.PortableGraphPath, model.ReadPortableGraph, model.PortableWeights);
    }
}
