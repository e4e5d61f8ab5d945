using System.Text.Json.Nodes;

namespace ExpertCluster.Wire.Tests.Interop;

/// <summary>What a peer's client is told to do: one call.</summary>
internal sealed record PeerCall
{
    /// <summary>Full name, as in "/package.Service/Method".</summary>
    public required string Method { get; init; }

    /// <summary>Requests in protobuf's JSON; one, but for a stream of them.</summary>
    public required IReadOnlyList<string> Requests { get; init; }

    /// <summary>A string field of the first request, by its name, that is filled with so many letters.</summary>
    public IReadOnlyDictionary<string, int> Filled { get; init; } = new Dictionary<string, int>();

    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>();

    /// <summary>Milliseconds; 0: none.</summary>
    public int Deadline { get; init; }

    /// <summary>Messages after which the call is cancelled; 0: never.</summary>
    public int CancelAfter { get; init; }

    /// <summary>gzip for what is sent.</summary>
    public bool Gzip { get; init; }
}

/// <summary>What the peer saw.</summary>
/// <param name="Messages">In protobuf's JSON, with the names of the proto file.</param>
/// <param name="Status">The code.</param>
/// <param name="Details">The status's text.</param>
/// <param name="Headers">Initial metadata, by name.</param>
internal sealed record PeerResult(
    IReadOnlyList<JsonNode> Messages,
    int Status,
    string Details,
    IReadOnlyDictionary<string, string> Headers);
