using ExpertCluster.Contracts;
using ExpertCluster.Inference.Generation;

namespace ExpertCluster.Inference.Sampling;

/// <summary>
/// One stage between logits and the draw; <see cref="Batching.EngineOptions.Filters"/> puts them in order by name. A new one is a
/// new file, found among those that are registered as this interface. One instance serves every request and several threads at once, so it holds no state of any of them; what it
/// gives may depend on its arguments alone, or a stream that goes on elsewhere would go on differently.
/// </summary>
public interface ILogitsFilter : IPolicy
{
    /// <summary>Whether it can change which token is the likeliest: then it acts before a greedy choice, too.</summary>
    bool ActsOnGreedy => true;

    /// <summary>Whether it needs to know the tokens of prompt and output; it is given none otherwise.</summary>
    bool ReadsSeen => false;

    /// <summary>What it reads of <see cref="SamplingOptions.Extra"/>. A request with a name that no filter reads is refused.</summary>
    IReadOnlyCollection<string> Parameters => [];

    /// <summary>What is wrong with a request's parameters, before it is queued: names the field, its value and the limit; or null.</summary>
    string? Check(SamplingOptions options) => null;

    /// <summary>Whether these options ask for it; where not, it costs nothing. Asked for each token: no garbage.</summary>
    bool Applies(SamplingOptions options);

    /// <summary>
    /// Changes logits or drops candidates; leaves at least one, with a finite logit. Called for each token: no garbage.
    /// </summary>
    /// <param name="candidates">What the filters before left.</param>
    /// <param name="options">The request's.</param>
    /// <param name="seen">The tokens so far; null where <see cref="ReadsSeen"/> is not set.</param>
    void Apply(CandidateSet candidates, SamplingOptions options, SeenTokens? seen);
}
