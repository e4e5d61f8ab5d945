using System.Text.Json.Nodes;
using ExpertCluster.Models.Adapters;
using ExpertCluster.Models.Architecture;
using ExpertCluster.Models.Import;
using ExpertCluster.Models.Onnx;
using ExpertCluster.Reference;
using ExpertCluster.TestSupport;

namespace ExpertCluster.Inference.Tests.Stepping;

/// <summary>A small random base with three adapters of different rank, imported once for the test run.</summary>
public sealed class TestModels : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public TestModels()
    {
        Checkpoint = RandomCheckpoint.Write(_folder["base"], Shape);
        Reference = ReferenceModel.Load(Checkpoint);
        Model = Import(Quantization.None);
        Adapters =
        [
            Load(rank: 4, seed: 11, [.. RandomAdapter.Projections]),
            Load(rank: 8, seed: 12, "self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj", "self_attn.o_proj"),
            Load(rank: 3, seed: 13, "self_attn.v_proj", "mlp.down_proj"),
        ];
    }

    public ModelShape Shape { get; } = RandomCheckpoint.Shape with { Vocabulary = 272, MaxPositions = 64 };

    public string Checkpoint { get; }

    public ReferenceModel Reference { get; }

    public ImportedModel Model { get; }

    public IReadOnlyList<AdapterWeights> Adapters { get; }

    public ImportedModel Import(Quantization quantization) => ModelImporter.Import(
        Checkpoint, _folder[$"imported-{quantization}"], new ImportOptions { Quantization = quantization });

    public void Dispose() => _folder.Dispose();

    private AdapterWeights Load(int rank, int seed, params string[] projections)
    {
        string folder = RandomAdapter.Write(
            _folder[$"adapter-{seed}"],
            Shape,
            rank,
            seed,
            module => projections.Any(p => module.EndsWith(p, StringComparison.Ordinal)),
            configure: c => c["target_modules"] = new JsonArray([.. projections.Select(p => JsonValue.Create(p.Split('.')[1]))]));
        return PeftAdapter.Load(folder, Shape);
    }
}
