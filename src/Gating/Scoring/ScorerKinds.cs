using System.Collections.Frozen;
using ExpertCluster.Gating.Artefacts;

namespace ExpertCluster.Gating.Scoring;

/// <summary>How each kind of request gate is opened, by what gate.json calls it.</summary>
internal static class ScorerKinds
{
    private static readonly FrozenDictionary<string, Func<string, GateMetadata, IClassScorer>> Kinds =
        new Dictionary<string, Func<string, GateMetadata, IClassScorer>>(StringComparer.Ordinal)
        {
            [GateMetadata.RequestKind] = (folder, gate) => new WindowedScorer(NgramScorer.Open(folder, gate), gate),
            [GateMetadata.EmbeddingKind] = (folder, gate) => new WindowedScorer(EmbeddingScorer.Open(folder, gate), gate),
            [GateMetadata.StackedKind] = StackedScorer.Open,
            [GateMetadata.ClassifierKind] = (folder, gate) => new WindowedScorer(ClassifierScorer.Open(folder, gate), gate),
        }.ToFrozenDictionary(StringComparer.Ordinal);

    public static IReadOnlyList<string> Names { get; } = [GateMetadata.RequestKind, GateMetadata.EmbeddingKind, GateMetadata.StackedKind, GateMetadata.ClassifierKind];

    /// <exception cref="GateFormatException">What it needs is missing or malformed.</exception>
    public static IClassScorer Open(string folder, GateMetadata gate) => Kinds[gate.Kind](folder, gate);
}
