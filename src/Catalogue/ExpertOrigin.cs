using System.Text.Json.Serialization;

namespace ExpertCluster.Catalogue;

/// <summary>Who owns an expert's entry, and changes it.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ExpertOrigin>))]
public enum ExpertOrigin
{
    /// <summary>The catalogue file. Bases are the file's, all of them.</summary>
    File,

    /// <summary>The admin API.</summary>
    Api,
}
