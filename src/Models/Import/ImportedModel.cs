using System.Security.Cryptography;
using ExpertCluster.Files;
using ExpertCluster.Models.Architecture;
using ExpertCluster.Models.Checkpoints;
using ExpertCluster.Models.Onnx;

namespace ExpertCluster.Models.Import;

/// <summary>
/// A folder that <see cref="ModelImporter"/> wrote: graphs, weights, tokenizer and their description. What is read of it by name is compared with what was imported as it is
/// read, so that a file that was changed since somebody else compared it is found.
/// </summary>
public sealed class ImportedModel : INamedFiles
{
    /// <summary>What is in the folder; written last, read first.</summary>
    public const string DescriptionFile = BaseManifest.FileName;

    public const string TokenizerFile = "tokenizer.json";

    internal const string FlatGraphFile = "flat.onnx";
    internal const string PortableGraphFile = "portable.onnx";
    internal const string WeightsFile = "weights.bin";
    internal const string TokenizerConfigFile = "tokenizer_config.json";

    private static readonly string[] Required = [FlatGraphFile, PortableGraphFile, WeightsFile, TokenizerFile, TokenizerConfigFile];

    private readonly CheckpointFolder _folder;
    private readonly BaseManifest _manifest;

    private ImportedModel(
        CheckpointFolder folder, BaseManifest manifest, ManifestFile description, IReadOnlyList<StoredTensor> flat, IReadOnlyList<StoredTensor> portable)
    {
        _folder = folder;
        _manifest = manifest;
        Files = [.. manifest.Files, description];
        var weights = manifest.Files.First(f => f.Name == WeightsFile);
        GraphWeightMap map = new(Path.Combine(folder.Path, WeightsFile), weights.Bytes, weights.Sha256, flat);
        (FlatWeights, PortableWeights) = (map, map with { Tensors = portable });
    }

    /// <summary>Absolute.</summary>
    public string Directory => _folder.Path;

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

    /// <param name="directory">A folder that an import wrote.</param>
    /// <param name="verifyContent">Whether to compare every file with its digest; without, only presence and size.</param>
    /// <param name="descriptionSha256">What the digest of the folder's description must be; null: whatever it is.</param>
    /// <exception cref="CheckpointException">Another format version, or a file that is missing or not what it was.</exception>
    public static ImportedModel Open(string directory, bool verifyContent = true, string? descriptionSha256 = null)
    {
        CheckpointFolder folder = new(directory);
        byte[] described = folder.ReadAllBytes(BaseManifest.FileName, JsonFile.ConfigLimit);
        ManifestFile description = new(BaseManifest.FileName, described.Length, DigestOf(described));
        if (descriptionSha256 is not null && description.Sha256 != descriptionSha256)
        {
            throw new CheckpointException(BaseManifest.FileName, null, "is not what was prepared, its digest differs");
        }

        var manifest = BaseManifest.Parse(described);
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
        return new ImportedModel(folder, manifest, description, GraphOf(FlatGraphFile), GraphOf(PortableGraphFile));

        IReadOnlyList<StoredTensor> GraphOf(string name) => GraphInspector.Check(name, Read(folder, manifest, name, GraphInspector.Limit)!, weightBytes);
    }

    /// <summary>The flat graph, but for its weights.</summary>
    /// <exception cref="CheckpointException">It can't be read, or is not what was imported.</exception>
    public byte[] ReadFlatGraph() => Read(_folder, _manifest, FlatGraphFile, GraphInspector.Limit)!;

    /// <inheritdoc cref="ReadFlatGraph"/>
    public byte[] ReadPortableGraph() => Read(_folder, _manifest, PortableGraphFile, GraphInspector.Limit)!;

    /// <summary>A file that was imported; others are not there.</summary>
    /// <exception cref="CheckpointException">It can't be read, or is not what was imported.</exception>
    public byte[]? Read(string name, int mostBytes) => Read(_folder, _manifest, name, mostBytes);

    /// <inheritdoc/>
    public string Describe(string name) => name;

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

    private static byte[]? Read(CheckpointFolder folder, BaseManifest manifest, string name, int mostBytes)
    {
        if (manifest.Files.FirstOrDefault(f => f.Name == name) is not { } expected)
        {
            return null;
        }

        byte[] bytes = folder.ReadAllBytes(name, mostBytes);
        return DigestOf(bytes) == expected.Sha256 ? bytes : throw Changed(name);
    }

    private static string DigestOf(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    private static CheckpointException Changed(string name) => new(name, null, $"its content does not match the digest in {BaseManifest.FileName}");

    private static void Check(CheckpointFolder folder, ManifestFile expected, bool verifyContent)
    {
        long bytes = folder.LengthOf(expected.Name);
        if (bytes != expected.Bytes)
        {
            throw new CheckpointException(expected.Name, null, $"has {bytes} bytes, {BaseManifest.FileName} says {expected.Bytes}");
        }

        if (verifyContent && ContentDigest.OfFile(folder, expected.Name).Sha256 != expected.Sha256)
        {
            throw Changed(expected.Name);
        }
    }
}
