using ExpertCluster.Gating;

namespace ExpertCluster.Catalogue;

/// <summary>Bounds of a catalogue; each is named in the error of whoever passes it.</summary>
internal static class CatalogueLimits
{
    public const int FileBytes = 4 << 20;

    /// <summary>Of YAML's levels, the stream and the document counted; a catalogue has six.</summary>
    public const int Depth = 16;
    public const int TextLength = 4096;
    public const int NameLength = 128;
    public const int Bases = 64;
    public const int Experts = GateLimits.Experts;
    public const int Encoders = 64;
    public const int Keywords = 1_000;
    public const int Rules = 256;

    /// <summary>Of one rule: headers, names, labels or keywords.</summary>
    public const int RuleEntries = 64;
    public const int Replicas = 64;
    public const int BaseReplicas = 1_000;
}
