using System.Text;
using ExpertCluster.Catalogue.Preparation;
using ExpertCluster.Models.Import;
using ExpertCluster.Models.Onnx;

namespace ExpertCluster.Bench.Peers;

/// <summary>Makes a model's folder servable by our stack.</summary>
internal static class PeerCatalogue
{
    public const string BaseName = "base";

    /// <returns>The folder to give to routers and hosts, and the imported base.</returns>
    public static (string Prepared, ImportedModel Model) Prepare(PeerFolder folder, Quantization quantization)
    {
        var import = new ImportOptions { Quantization = quantization };
        string target = Path.Combine(folder.Path, $"base-{PeerOptions.NameOf(quantization)}");
        var model = ModelImporter.Import(folder.Checkpoint, target, import);
        var text = new StringBuilder();
        text.AppendLine("bases:").AppendLine($"  - name: {BaseName}").AppendLine($"    path: {Path.GetFileName(target)}");
        text.AppendLine("experts:");
        for (int i = 0; i < PeerFolder.Adapters; i++)
        {
            string name = PeerFolder.AdapterName(i);
            text.AppendLine($"  - name: {name}").AppendLine($"    base: {BaseName}").AppendLine($"    adapter: {name}");
        }

        string config = Path.Combine(folder.Path, $"experts-{PeerOptions.NameOf(quantization)}.yaml");
        File.WriteAllText(config, text.ToString());
        return (BenchModel.Prepare(config), model);
    }
}
