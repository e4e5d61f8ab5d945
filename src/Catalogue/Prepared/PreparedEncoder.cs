using System.Text.Json.Serialization;

namespace ExpertCluster.Catalogue.Prepared;

/// <summary>An imported encoder.</summary>
/// <param name="Name">Unique among experts and encoders.</param>
/// <param name="Folder">Its files.</param>
/// <param name="Task">What it gives.</param>
/// <param name="MaxTokens">That it reads of a text, or of a pair.</param>
public sealed record PreparedEncoder(string Name, PreparedFolder Folder, EncoderTask Task, int MaxTokens)
{
    public string Description { get; init; } = "";

    /// <inheritdoc cref="EncoderEntry.Replicas"/>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int Replicas { get; init; }

    /// <summary>What a host must have to run it, each `key=value`.</summary>
    public IReadOnlyList<string> Labels { get; init; } = [];

    /// <summary>Of its content.</summary>
    [JsonIgnore]
    public string Revision => Folder.Revision;
}
