using System.Text.Json;

namespace ExpertCluster.Gating.Artefacts;

/// <summary>A gate on disk: a folder with gate.onnx and gate.json.</summary>
internal static class GateFiles
{
    public const string Model = "gate.onnx";
    public const string Metadata = "gate.json";
    public const string RequestFolder = "request";
    public const string TokenFolder = "token";

    private const long MaxMetadataBytes = 1 << 20;

    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
        RespectNullableAnnotations = true,
        UnmappedMemberHandling = System.Text.Json.Serialization.JsonUnmappedMemberHandling.Disallow,
    };

    public static string RequestPath(string root) => Path.Combine(root, RequestFolder);

    public static string TokenPath(string root, string @base) => Path.Combine(root, TokenFolder, @base);

    public static void Write(string folder, GateModel model)
    {
        Directory.CreateDirectory(folder);
        GateGraph.Save(model, Path.Combine(folder, Model));
        File.WriteAllBytes(Path.Combine(folder, Metadata), JsonSerializer.SerializeToUtf8Bytes(model.Metadata, Json));
    }

    /// <exception cref="GateFormatException">A file is missing, malformed or of another kind.</exception>
    public static GateMetadata ReadMetadata(string folder, string kind)
    {
        FileInfo file = new(Path.Combine(folder, Metadata));
        if (!file.Exists || !File.Exists(Path.Combine(folder, Model)))
        {
            throw new GateFormatException($"{folder} holds no gate: {Metadata} and {Model} are needed");
        }

        if (file.Length > MaxMetadataBytes)
        {
            throw new GateFormatException($"{file.FullName}: {file.Length} bytes; at most {MaxMetadataBytes} are read");
        }

        GateMetadata? metadata;
        try
        {
            metadata = JsonSerializer.Deserialize<GateMetadata>(File.ReadAllBytes(file.FullName), Json);
        }
        catch (JsonException error)
        {
            throw new GateFormatException($"{file.FullName}: {error.Message}", error);
        }

        if (metadata is null)
        {
            throw new GateFormatException($"{file.FullName}: null");
        }

        return GateMetadataValidator.Validate(metadata, kind) is { } failure
            ? throw new GateFormatException($"{file.FullName}: {failure}")
            : metadata;
    }
}
