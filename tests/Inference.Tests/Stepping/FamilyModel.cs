using ExpertCluster.Models.Adapters;
using ExpertCluster.Models.Import;
using ExpertCluster.Models.Onnx;
using ExpertCluster.Reference;
using ExpertCluster.TestSupport;

namespace ExpertCluster.Inference.Tests.Stepping;

/// <summary>A random checkpoint of one of <see cref="RandomFamilies"/>, imported, with its oracle and an adapter of all its modules.</summary>
internal sealed class FamilyModel : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public FamilyModel(string name, Quantization quantization = Quantization.None)
    {
        string checkpoint = RandomCheckpoint.Write(_folder["base"], RandomFamilies.Config(name));
        Reference = ReferenceModel.Load(checkpoint);
        Imported = ModelImporter.Import(checkpoint, _folder["imported"], new ImportOptions { Quantization = quantization });
        Adapter = PeftAdapter.Load(RandomAdapter.Write(_folder["adapter"], Reference.Shape, rank: 4, seed: 11), Imported.Shape);
    }

    public ReferenceModel Reference { get; }

    public ImportedModel Imported { get; }

    public AdapterWeights Adapter { get; }

    public void Dispose() => _folder.Dispose();
}
