using System.Text.Json;
using ExpertCluster.Text.Json;

namespace ExpertCluster.Models.Checkpoints;

/// <summary>A small JSON file of a checkpoint, read under a size limit and without duplicate keys.</summary>
internal static class JsonFile
{
    /// <summary>Bytes. config.json and its like are a few kilobytes.</summary>
    public const long ConfigLimit = 4 << 20;

    private static readonly JsonDocumentOptions Options = new() { AllowDuplicateProperties = false, MaxDepth = 64 };

    public static JsonFields ReadObject(CheckpointFolder folder, string name, long limit = ConfigLimit)
    {
        byte[] bytes = folder.ReadAllBytes(name, limit);
        return ParseObject(name, bytes, null);
    }

    public static JsonFields ParseObject(string file, ReadOnlyMemory<byte> json, string? field)
    {
        try
        {
            // Names are compared here already: one that is no text throws InvalidOperationException.
            using var document = JsonDocument.Parse(JsonBytes.WithoutMark(json), Options);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
            {
                throw new CheckpointException(file, field, $"must be a JSON object, is {document.RootElement.ValueKind}");
            }

            if (JsonStrings.FindWrong(document.RootElement) is { } place)
            {
                throw new CheckpointException(file, field, $"is not valid JSON: {(place.Length == 0 ? "its top level" : place)} {JsonStrings.Problem}");
            }

            return new JsonFields(file, document.RootElement.Clone());
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new CheckpointException(file, field, $"is not valid JSON: {e.Message}", e);
        }
    }
}
