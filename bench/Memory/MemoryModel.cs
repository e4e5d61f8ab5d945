using ExpertCluster.Bench.Peers;
using ExpertCluster.Models.Architecture;
using ExpertCluster.Models.Import;
using ExpertCluster.Models.Onnx;
using ExpertCluster.Reference;

namespace ExpertCluster.Bench.Memory;

/// <summary>Random bases in a folder of their own: one to be measured, and a tiny one that a process opens before, so that what comes once is there.</summary>
internal sealed class MemoryModel : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("memory").FullName;
    private readonly string _checkpoint;
    private readonly string _small;

    public MemoryModel(bool large)
    {
        Shape = large ? Larger : Smaller;
        _checkpoint = RandomCheckpoint.Write(Path.Combine(_folder, "in"), Shape);
        _small = RandomCheckpoint.Write(Path.Combine(_folder, "small-in"), RandomCheckpoint.Shape);
    }

    /// <summary>27 million parameters.</summary>
    private static ModelShape Smaller { get; } = PeerExport.Shape with { MaxPositions = 1024 };

    /// <summary>105 million parameters.</summary>
    private static ModelShape Larger { get; } = Smaller with { Hidden = 1024, Intermediate = 2816, Layers = 9, Heads = 16, KeyValueHeads = 4 };

    public ModelShape Shape { get; }

    public string Import(Quantization quantization) => Import(_checkpoint, "base", quantization);

    public string ImportSmall(Quantization quantization) => Import(_small, "small", quantization);

    /// <summary>The folder of a random adapter, written where it is missing.</summary>
    public string Adapter(int rank, int seed)
    {
        string folder = Path.Combine(_folder, FormattableString.Invariant($"adapter-{rank}-{seed}"));
        return Directory.Exists(folder) ? folder : RandomAdapter.Write(folder, Shape, rank, seed);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string Import(string checkpoint, string name, Quantization quantization)
    {
        string target = Path.Combine(_folder, $"{name}-{quantization}");
        ModelImporter.Import(checkpoint, target, new ImportOptions { Quantization = quantization });
        return target;
    }
}
