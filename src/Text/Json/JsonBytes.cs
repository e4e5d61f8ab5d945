namespace ExpertCluster.Text.Json;

/// <summary>A JSON file's bytes.</summary>
internal static class JsonBytes
{
    /// <summary>A byte order mark is no JSON, but editors write it.</summary>
    public static ReadOnlyMemory<byte> WithoutMark(ReadOnlyMemory<byte> json) => json.Span.StartsWith("\uFEFF"u8) ? json[3..] : json;
}
