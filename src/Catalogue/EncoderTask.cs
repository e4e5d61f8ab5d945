using System.Text.Json.Serialization;

namespace ExpertCluster.Catalogue;

/// <summary>What an encoder gives.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<EncoderTask>))]
public enum EncoderTask
{
    /// <summary>A vector for each text, near those of texts that mean alike.</summary>
    Embed,

    /// <summary>A number for each pair of texts: how well the second answers the first (a cross encoder).</summary>
    Score,
}
