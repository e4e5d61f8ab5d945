using ExpertCluster.Bench.Peers;
using ExpertCluster.Cli.Demo;
using ExpertCluster.Models.Import;
using ExpertCluster.Models.Onnx;

namespace ExpertCluster.Bench.Precision;

/// <summary>Checkpoints imported with each kind of weights, in a folder that goes with this.</summary>
internal sealed class PrecisionModels : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("precision");

    /// <summary>The trained one.</summary>
    public static string DemoCheckpoint => Path.Combine(Path.GetDirectoryName(DemoCatalogue.Path)!, "base");

    /// <summary>Random weights of 27 million parameters: large enough that arithmetic, not hand-over, decides.</summary>
    public string RandomCheckpoint()
    {
        string path = Path.Combine(_folder.FullName, "random");
        if (!Directory.Exists(path))
        {
            PeerExport.WriteRandom(Directory.CreateDirectory(path).FullName);
        }

        return path;
    }

    public ImportedModel Import(string checkpoint, Quantization weights) => ModelImporter.Import(
        checkpoint,
        Path.Combine(_folder.FullName, $"{Path.GetFileName(checkpoint)}-{weights}"),
        new ImportOptions { Quantization = weights });

    public void Dispose() => _folder.Delete(recursive: true);
}
