using ExpertCluster.Inference.Generation;

namespace ExpertCluster.Inference.Sampling;

/// <summary>One stage between logits and the draw. A new one is a new file and its line in <see cref="LogitsFilters"/>.</summary>
internal interface ILogitsFilter
{
    string Name { get; }

    /// <summary>Whether these options ask for it; where not, it costs nothing.</summary>
    bool Applies(SamplingOptions options);

    /// <summary>Changes logits or drops candidates; never drops all of them.</summary>
    void Apply(CandidateSet candidates, SamplingOptions options, SeenTokens? seen);
}
