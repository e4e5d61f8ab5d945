using ExpertCluster.Models.Architecture;
using ExpertCluster.Models.Checkpoints;
using ExpertCluster.Models.Onnx;

namespace ExpertCluster.Models.Import;

/// <summary>A folder that <see cref="ModelImporter"/> wrote: graphs, weights, tokenizer and their description.</summary>
public sealed class ImportedModel
{
    internal const string FlatGraphFile = "flat.onnx";
    internal const string PortableGraphFile = "portable.onnx";
    internal const string WeightsFile = "weights.bin";
    internal const string TokenizerFile = "tokenizer.json";
    internal const string TokenizerConfigFile = "tokenizer_config.json";

    private static readonly string[] Required = [FlatGraphFile, PortableGraphFile, WeightsFile, TokenizerFile, TokenizerConfigFile];

    private readonly BaseManifest _manifest;

    private ImportedModel(
        string directory, BaseManifest manifest, ManifestFile description, IReadOnlyList<StoredTensor> flat, IReadOnlyList<StoredTensor> portable)
    {
        Directory = directory;
        _manifest = manifest;
        Files = [.. manifest.Files, description];
        var weights = manifest.Files.First(f => f.Name == WeightsFile);
        GraphWeightMap map = new(Path.Combine(directory, WeightsFile), weights.Bytes, weights.Sha256, flat);
        (FlatWeights, PortableWeights) = (map, map with { Tensors = portable });
    }

    /// <summary>Absolute.</summary>
    public string Directory { get; }

    public ModelShape Shape => _manifest.Shape;

    public Quantization Quantization => _manifest.Quantization;

    /// <summary>Token ids that end an answer; may be empty.</summary>
    public IReadOnlyList<int> EndTokens => _manifest.EndTokens;

    /// <summary>The token that begins a text, where the checkpoint names one.</summary>
    public int? BeginToken => _manifest.BeginToken;

    /// <summary>SHA-256 over the checkpoint's content and the import options, lower-case hex.</summary>
    public string Digest => _manifest.Source;

    /// <summary>Every file of the folder, its description among them, as the import wrote it.</summary>
    public IReadOnlyList<ManifestFile> Files { get; }

    public string FlatGraphPath => Path.Combine(Directory, FlatGraphFile);

    /// <summary>What <see cref="FlatGraphPath"/> reads from the weights' file.</summary>
    public GraphWeightMap FlatWeights { get; }

    /// <summary>What <see cref="PortableGraphPath"/> reads from the weights' file.</summary>
    public GraphWeightMap PortableWeights { get; }

    public string PortableGraphPath => Path.Combine(Directory, PortableGraphFile);

    public string TokenizerPath => Path.Combine(Directory, TokenizerFile);

    public string TokenizerConfigPath => Path.Combine(Directory, TokenizerConfigFile);

    /// <param name="directory">A folder that an import wrote.</param>
    /// <param name="verifyContent">Whether to compare every file with its digest; without, only presence and size.</param>
    /// <exception cref="CheckpointException">Another format version, or a file that is missing or not what it was.</exception>
    public static ImportedModel Open(string directory, bool verifyContent = true)
    {
        CheckpointFolder folder = new(directory);
        var manifest = BaseManifest.Load(folder);
        ModelShapeLimits.Check(BaseManifest.FileName, manifest.Shape);
        CheckTokens("beginToken", manifest.BeginToken is int begin ? [begin] : [], manifest.Shape);
        CheckTokens("endTokens", manifest.EndTokens, manifest.Shape);
        foreach (string name in Required)
        {
            if (manifest.Files.All(f => f.Name != name))
            {
                throw new CheckpointException(BaseManifest.FileName, "files", $"does not list {name}");
            }
        }

        foreach (var file in manifest.Files)
        {
            Check(folder, file, verifyContent);
        }

        long weightBytes = manifest.Files.First(f => f.Name == WeightsFile).Bytes;
        var flat = GraphInspector.Check(folder, FlatGraphFile, weightBytes);
        var portable = GraphInspector.Check(folder, PortableGraphFile, weightBytes);
        (string sha256, long bytes) = ContentDigest.OfFile(folder, BaseManifest.FileName);
        return new ImportedModel(folder.Path, manifest, new ManifestFile(BaseManifest.FileName, bytes, sha256), flat, portable);
    }

    /// <summary>Whether a folder looks like an imported model, as opposed to a Hugging Face checkpoint.</summary>
    public static bool IsImported(string directory) => File.Exists(Path.Combine(directory, BaseManifest.FileName));

    private static void CheckTokens(string field, IReadOnlyList<int> tokens, ModelShape shape)
    {
        foreach (int token in tokens)
        {
            if (token < 0 || token >= shape.Vocabulary)
            {
                throw new CheckpointException(BaseManifest.FileName, field, $"{token} is not below the vocabulary's {shape.Vocabulary}");
            }
        }
    }

    private static void Check(CheckpointFolder folder, ManifestFile expected, bool verifyContent)
    {
        long bytes = folder.LengthOf(expected.Name);
        if (bytes != expected.Bytes)
        {
            throw new CheckpointException(expected.Name, null, $"has {bytes} bytes, {BaseManifest.FileName} says {expected.Bytes}");
        }

        if (verifyContent && ContentDigest.OfFile(folder, expected.Name).Sha256 != expected.Sha256)
        {
            throw new CheckpointException(expected.Name, null, $"its content does not match the digest in {BaseManifest.FileName}");
        }
    }
}
