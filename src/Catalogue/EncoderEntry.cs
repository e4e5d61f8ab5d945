namespace ExpertCluster.Catalogue;

/// <summary>A model that reads texts and writes none: it gives their vectors, or scores of pairs.</summary>
/// <param name="Name">Unique among bases, experts and encoders.</param>
/// <param name="Path">A sentence model's or a cross encoder's folder, absolute, or a URI of one (<see cref="SourceUri"/>).</param>
public sealed record EncoderEntry(string Name, string Path)
{
    public EncoderTask Task { get; init; }

    public string Description { get; init; } = "";

    /// <summary>Hosts that keep it open at any time, 0 to 64; 0: it is opened with the first call.</summary>
    public int Replicas { get; init; }

    /// <summary>What a host must have to run it, each `key=value`.</summary>
    public IReadOnlyList<string> Labels { get; init; } = [];
}
