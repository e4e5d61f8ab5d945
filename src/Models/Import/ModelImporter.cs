using ExpertCluster.Models.Checkpoints;
using ExpertCluster.Models.Families;
using ExpertCluster.Models.Onnx;

namespace ExpertCluster.Models.Import;

/// <summary>Turns a Hugging Face folder into a folder of ONNX graphs that the runtime loads.</summary>
public static class ModelImporter
{
    /// <summary>Raised when the same files come to mean something else, as which tokens end an answer: imports that are kept are made anew.</summary>
    private const int ReadingRules = 2;

    // What the digest covers and the folder carries along, where it exists, beside the required files.
    private static readonly string[] OptionalFiles = ["chat_template.jinja", "special_tokens_map.json"];

    /// <summary>
    /// Imports a checkpoint:
    /// 1. read and check configuration, tokenizer and tensor headers;
    /// 2. write everything into a temporary folder beside the target;
    /// 3. rename that folder, so that the target is either absent or whole.
    /// A target that already holds the same import is kept and returned.
    /// </summary>
    /// <exception cref="CheckpointException">The checkpoint, or what lies at the target, cannot be used.</exception>
    public static ImportedModel Import(string checkpointDirectory, string outputDirectory, ImportOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        string target = Path.TrimEndingDirectorySeparator(Path.GetFullPath(outputDirectory));
        // 1.
        using var checkpoint = ModelCheckpoint.Open(checkpointDirectory);
        var ends = TokenizerFiles.Check(checkpoint.Folder, checkpoint.Shape);
        string key = ContentKey(checkpoint, options);
        if (Existing(target, key) is ImportedModel existing)
        {
            return existing;
        }

        try
        {
            WriteAndPublish(checkpoint, [.. checkpoint.EndTokens.Union(ends)], target, key, options);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CheckpointException(Path.GetFileName(target), null, $"cannot be written: {e.Message.ReplaceLineEndings(" ")}", e);
        }

        return ImportedModel.Open(target, verifyContent: false);
    }

    /// <summary>SHA-256, lower-case hex, over all that decides the result: the files that are read, and the options.</summary>
    /// <exception cref="CheckpointException">The checkpoint cannot be used.</exception>
    public static string ContentKey(string checkpointDirectory, ImportOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        using var checkpoint = ModelCheckpoint.Open(checkpointDirectory);
        TokenizerFiles.Check(checkpoint.Folder, checkpoint.Shape);
        return ContentKey(checkpoint, options);
    }

    private static string ContentKey(ModelCheckpoint checkpoint, ImportOptions options)
    {
        using ContentDigest digest = new();
        digest.Add($"expertcluster base {BaseManifest.CurrentFormat}.{ReadingRules} {options.Quantization}");
        foreach (string name in checkpoint.SourceFiles.Concat(CopiedFiles(checkpoint)).Distinct().Order(StringComparer.Ordinal))
        {
            digest.Add(name);
            digest.Add(ContentDigest.OfFile(checkpoint.Folder, name).Sha256);
        }

        return digest.Finish();
    }

    private static IEnumerable<string> CopiedFiles(ModelCheckpoint checkpoint) =>
        [ImportedModel.TokenizerFile, ImportedModel.TokenizerConfigFile, .. OptionalFiles.Where(checkpoint.Folder.Has)];

    private static ImportedModel? Existing(string target, string key)
    {
        if (File.Exists(target))
        {
            throw new CheckpointException(Path.GetFileName(target), null, "is a file, a folder was expected");
        }

        if (!Directory.Exists(target) || !Directory.EnumerateFileSystemEntries(target).Any())
        {
            return null;
        }

        const string help = "remove it or choose another folder";
        try
        {
            var found = ImportedModel.IsImported(target) ? ImportedModel.Open(target) : null;
            if (found?.Digest == key)
            {
                return found;
            }
        }
        catch (CheckpointException e)
        {
            // Of another version, most likely: "import it again" would be no help to somebody who does just that.
            throw new CheckpointException(Path.GetFileName(target), null, $"holds an import that cannot be used ({e.Message}); {help}", e);
        }

        throw new CheckpointException(Path.GetFileName(target), null, $"holds something else already; {help}");
    }

    private static void WriteAndPublish(ModelCheckpoint checkpoint, IReadOnlyList<int> endTokens, string target, string key, ImportOptions options)
    {
        // 2.
        string parent = Path.GetDirectoryName(target) ?? throw new CheckpointException(target, null, "is no folder to import into");
        Directory.CreateDirectory(parent);
        string temporary = Path.Combine(parent, $".{Path.GetFileName(target)}.{Path.GetRandomFileName()}");
        Directory.CreateDirectory(temporary);
        try
        {
            Write(checkpoint, endTokens, temporary, key, options);
            // 3.
            Publish(temporary, target, key);
        }
        finally
        {
            if (Directory.Exists(temporary))
            {
                Directory.Delete(temporary, recursive: true);
            }
        }
    }

    private static void Write(ModelCheckpoint checkpoint, IReadOnlyList<int> endTokens, string directory, string key, ImportOptions options)
    {
        IReadOnlyDictionary<string, WeightEntry> weights;
        using (WeightFile file = new(Path.Combine(directory, ImportedModel.WeightsFile)))
        {
            GraphWeights.Write(checkpoint, options.Quantization, file);
            weights = file.Entries;
        }

        var flat = new FlatGraph(checkpoint.Architecture, options.Quantization, weights).Build();
        flat.Save(Path.Combine(directory, ImportedModel.FlatGraphFile));
        var portable = new PortableGraph(checkpoint.Architecture, options.Quantization, weights).Build();
        portable.Save(Path.Combine(directory, ImportedModel.PortableGraphFile));
        foreach (string name in CopiedFiles(checkpoint))
        {
            checkpoint.Folder.CopyTo(directory, name);
        }

        CheckpointFolder written = new(directory);
        IEnumerable<string> files = Directory.EnumerateFiles(directory).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal);
        new BaseManifest
        {
            Format = BaseManifest.CurrentFormat,
            Source = key,
            Quantization = options.Quantization,
            BeginToken = checkpoint.Config.BeginToken,
            EndTokens = endTokens,
            Shape = checkpoint.Shape,
            Files = [.. files.Select(name => Describe(written, name))],
        }.Save(directory);
    }

    private static ManifestFile Describe(CheckpointFolder folder, string name)
    {
        (string sha256, long bytes) = ContentDigest.OfFile(folder, name);
        return new ManifestFile(name, bytes, sha256);
    }

    private static void Publish(string temporary, string target, string key)
    {
        // An empty folder that the caller made is in the way of the rename.
        if (Directory.Exists(target) && !Directory.EnumerateFileSystemEntries(target).Any())
        {
            Directory.Delete(target);
        }

        try
        {
            Directory.Move(temporary, target);
        }
        catch (IOException) when (Directory.Exists(target) && Existing(target, key) is not null)
        {
            // Another process finished the same import first; its result is as good as ours.
        }
    }
}
