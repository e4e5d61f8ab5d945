namespace ExpertCluster.Bench.Peers;

/// <summary>A model as both sides read it: a Hugging Face checkpoint and adapters for ours, GGUF files of the same for the peer.</summary>
internal sealed class PeerFolder(string path)
{
    /// <summary>Adapters of a model.</summary>
    public const int Adapters = 8;

    public string Name => System.IO.Path.GetFileName(Path);

    public string Path { get; } = System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(path));

    public string Checkpoint => System.IO.Path.Combine(Path, "checkpoint");

    public string Gguf => System.IO.Path.Combine(Path, "model.gguf");

    public string Tokenizer => System.IO.Path.Combine(Checkpoint, "tokenizer.json");

    public static string AdapterName(int adapter) => $"adapter-{adapter}";

    public string Adapter(int adapter) => System.IO.Path.Combine(Path, AdapterName(adapter));

    public string AdapterGguf(int adapter) => Adapter(adapter) + ".gguf";
}
