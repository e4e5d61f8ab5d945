using System.Numerics.Tensors;
using ExpertCluster.Inference.Generation;
using ExpertCluster.Inference.Sampling;

namespace ExpertCluster.Samples.OwnHost;

/// <summary>
/// Keeps tokens whose logit is within n standard deviations of the largest one (Tang et al., 2024, arXiv 2411.07641). A request asks
/// for it with the extra parameter "top_n_sigma".
/// </summary>
public sealed class TopSigmaFilter : ILogitsFilter
{
    private const string Parameter = "top_n_sigma";

    public string Name => Parameter;

    /// <summary>The likeliest token stays the likeliest.</summary>
    public bool ActsOnGreedy => false;

    public IReadOnlyCollection<string> Parameters { get; } = [Parameter];

    public string? Check(SamplingOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return options.Extra.TryGetValue(Parameter, out double n) && n is not (> 0 and <= 100)
            ? FormattableString.Invariant($"{Parameter} is {n}; it must be above 0 and at most 100")
            : null;
    }

    public bool Applies(SamplingOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return options.Extra.ContainsKey(Parameter);
    }

    public void Apply(CandidateSet candidates, SamplingOptions options, SeenTokens? seen)
    {
        ArgumentNullException.ThrowIfNull(candidates);
        ArgumentNullException.ThrowIfNull(options);
        var logits = candidates.Logits;
        float sigma = TensorPrimitives.StdDev<float>(logits);
        candidates.Keep(logits, TensorPrimitives.Max<float>(logits) - ((float)options.Extra[Parameter] * sigma));
    }
}
