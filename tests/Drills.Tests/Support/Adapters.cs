using ExpertCluster.TestSupport;

namespace ExpertCluster.Drills.Support;

/// <summary>Adapters for the demo's base: trained ones, and as many further contents as a drill needs.</summary>
internal static class Adapters
{
    /// <summary>Those of the demo, each of which answers differently.</summary>
    public static readonly string[] Trained = ["code", "finance", "law", "medicine", "security"];

    private const string Weights = "adapter_model.safetensors";

    /// <summary>Copies a trained adapter into a folder.</summary>
    /// <param name="adapter">One of the demo's.</param>
    /// <param name="folder">Is made where it is missing.</param>
    /// <param name="content">0: as it is. Else one more content: the lowest bits of two weights differ.</param>
    public static void Copy(string adapter, string folder, ushort content = 0)
    {
        Directory.CreateDirectory(folder);
        string source = RepositoryRoot.Combine("models", "demo", "adapters", adapter);
        File.Copy(Path.Combine(source, "adapter_config.json"), Path.Combine(folder, "adapter_config.json"), overwrite: true);
        byte[] weights = File.ReadAllBytes(Path.Combine(source, Weights));
        weights[^4] ^= (byte)content;
        weights[^8] ^= (byte)(content >> 8);
        File.WriteAllBytes(Path.Combine(folder, Weights), weights);
    }

    /// <summary>Prompts that the demo's gates learn an expert from.</summary>
    public static IEnumerable<string> Examples(string adapter, int count) =>
        File.ReadLines(RepositoryRoot.Combine("models", "demo", "examples", adapter + ".txt")).Take(count);
}
