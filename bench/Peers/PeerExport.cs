using System.Text.Json.Nodes;
using ExpertCluster.Models.Architecture;
using ExpertCluster.Reference;
using ExpertCluster.Reference.Peers;

namespace ExpertCluster.Bench.Peers;

/// <summary>Writes the models that both sides are measured with: DIR/demo and DIR/random.</summary>
internal static class PeerExport
{
    private const int Rank = 8;
    private const int Specials = 4;

    /// <summary>27 million parameters: large enough that arithmetic, not hand-over, decides.</summary>
    public static readonly ModelShape Shape = new()
    {
        Vocabulary = 8192,
        Hidden = 512,
        Intermediate = 1408,
        Layers = 8,
        Heads = 8,
        KeyValueHeads = 2,
        HeadDimension = 64,
        MaxPositions = 2304,
        RopeTheta = 10000,
        NormEpsilon = 1e-5,
        TiedEmbeddings = true,
    };

    public static int Run(string directory)
    {
        Write(new PeerFolder(Path.Combine(directory, "demo")), CopyDemo);
        Write(new PeerFolder(Path.Combine(directory, "random")), WriteRandom);
        return 0;
    }

    private static void Write(PeerFolder folder, Action<string> checkpoint)
    {
        Directory.CreateDirectory(folder.Checkpoint);
        checkpoint(folder.Checkpoint);
        var config = JsonNode.Parse(File.ReadAllText(Path.Combine(folder.Checkpoint, "config.json")))!.AsObject();
        var weights = ReferenceWeights.Load(folder.Checkpoint);
        GgufExport.Write(config, weights, folder.Gguf, folder.Tokenizer);
        for (int i = 0; i < PeerFolder.Adapters; i++)
        {
            RandomAdapter.Write(folder.Adapter(i), weights.Config.Shape, Rank, seed: i + 1);
            GgufAdapter.Write(folder.Adapter(i), weights.Config, folder.AdapterGguf(i));
        }

        Console.WriteLine($"{folder.Path}: model.gguf, {PeerFolder.AdapterName(0)}.gguf to {PeerFolder.AdapterName(PeerFolder.Adapters - 1)}.gguf");
    }

    internal static void WriteRandom(string checkpoint)
    {
        RandomCheckpoint.Write(checkpoint, Shape);
        string words = RandomTokenizer.Json(Shape.Vocabulary, Shape.Vocabulary - 256 - Specials);
        File.WriteAllText(Path.Combine(checkpoint, "tokenizer.json"), words);
    }

    private static void CopyDemo(string checkpoint)
    {
        string demo = Path.Combine(Path.GetDirectoryName(Cli.Demo.DemoCatalogue.Path)!, "base");
        foreach (string file in Directory.EnumerateFiles(demo))
        {
            File.Copy(file, Path.Combine(checkpoint, Path.GetFileName(file)), overwrite: true);
        }
    }
}
