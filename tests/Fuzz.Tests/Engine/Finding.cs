namespace ExpertCluster.Fuzz.Engine;

/// <summary>An input that shows a fault.</summary>
/// <param name="Key">Tells faults apart: the kind, and where.</param>
/// <param name="Details">For whoever mends it.</param>
internal sealed record Finding(string Key, string Details);
