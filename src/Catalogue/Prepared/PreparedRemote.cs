using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Serialization;
using ExpertCluster.Contracts.Routing;

namespace ExpertCluster.Catalogue.Prepared;

/// <summary>An expert that somebody else serves: there is nothing of it to prepare but what the gates learn.</summary>
public sealed record PreparedRemote
{
    /// <summary>Unique among experts and encoders.</summary>
    public required string Name { get; init; }

    public required RemoteModel Remote { get; init; }

    public string Description { get; init; } = "";

    /// <summary>Whether the gates know it.</summary>
    public bool Gated { get; init; }

    /// <summary>What holds for where it is served, each `key=value`.</summary>
    public IReadOnlyList<string> Labels { get; init; } = [];

    /// <inheritdoc cref="PreparedExpert.Cost"/>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? Cost { get; init; }

    /// <summary>Of its place and its name there: what the content behind them is, nobody here knows.</summary>
    [JsonIgnore]
    public string Revision => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"remote {Remote.Url} {Remote.Model}")))[..PreparedFolder.RevisionLength];
}
