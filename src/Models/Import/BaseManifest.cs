using System.Text.Json;
using System.Text.Json.Serialization;
using ExpertCluster.Models.Architecture;
using ExpertCluster.Models.Checkpoints;
using ExpertCluster.Models.Onnx;

namespace ExpertCluster.Models.Import;

/// <summary>base.json: what an imported folder holds. Written last, read first.</summary>
internal sealed record BaseManifest
{
    public const string FileName = "base.json";

    /// <summary>Raised whenever a graph's contract or the layout of the folder changes; older folders are imported again.</summary>
    public const int CurrentFormat = 4;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        AllowDuplicateProperties = false,
        Converters = { new JsonStringEnumConverter<Quantization>(JsonNamingPolicy.CamelCase, allowIntegerValues: false) },
        IgnoreReadOnlyProperties = true,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    public required int Format { get; init; }

    /// <summary><see cref="ModelImporter.ContentKey"/> of what was imported.</summary>
    public required string Source { get; init; }

    public required Quantization Quantization { get; init; }

    public required int? BeginToken { get; init; }

    public required IReadOnlyList<int> EndTokens { get; init; }

    public required ModelShape Shape { get; init; }

    public required IReadOnlyList<ManifestFile> Files { get; init; }

    public void Save(string directory) =>
        File.WriteAllBytes(Path.Combine(directory, FileName), JsonSerializer.SerializeToUtf8Bytes(this, Json));

    public static BaseManifest Parse(byte[] bytes)
    {
        var fields = JsonFile.ParseObject(FileName, bytes, null);
        // The version first: fields of another version would be reported as unknown.
        int format = fields.Integer("format", 0, int.MaxValue);
        if (format != CurrentFormat)
        {
            fields.Refuse("format", $"is {format}, this program reads {CurrentFormat}; import the model again");
        }

        try
        {
            var manifest = fields.Root.Deserialize<BaseManifest>(Json)!;
            if (manifest.Files.Contains(null!))
            {
                fields.Refuse("files", "has an entry that is null");
            }

            // Each is read to its end.
            if (manifest.Files.DistinctBy(file => file.Name, StringComparer.Ordinal).Count() != manifest.Files.Count)
            {
                fields.Refuse("files", "names a file twice");
            }

            return manifest;
        }
        catch (JsonException e)
        {
            throw new CheckpointException(FileName, e.Path, e.Message, e);
        }
    }
}

/// <summary>A file of the folder, its size, and its SHA-256 in lower-case hex.</summary>
public sealed record ManifestFile(string Name, long Bytes, string Sha256);
