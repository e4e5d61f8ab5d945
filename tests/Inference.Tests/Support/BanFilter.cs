using ExpertCluster.Inference.Generation;
using ExpertCluster.Inference.Sampling;

namespace ExpertCluster.Inference.Tests.Support;

/// <summary>A filter of one's own: a request may forbid the tokens below a number.</summary>
internal sealed class BanFilter(string name = "ban", bool readsSeen = false) : ILogitsFilter
{
    public const string Below = "ban_below";

    public static IReadOnlyDictionary<string, double> None { get; } = new Dictionary<string, double>();

    public string Name => name;

    public bool ReadsSeen => readsSeen;

    public IReadOnlyCollection<string> Parameters => [Below];

    public static IReadOnlyDictionary<string, double> Of(int below) => new Dictionary<string, double> { [Below] = below };

    public string? Check(SamplingOptions options) =>
        options.Extra.TryGetValue(Below, out double value) && value < 0 ? $"extra.{Below} is {value}; it must be 0 or above" : null;

    public bool Applies(SamplingOptions options) => options.Extra.ContainsKey(Below);

    /// <summary>Drops the tokens below the parameter; those seen as well, where it reads them.</summary>
    public void Apply(CandidateSet candidates, SamplingOptions options, SeenTokens? seen)
    {
        double below = options.Extra[Below];
        var keys = candidates.Scratch;
        for (int i = 0; i < candidates.Count; i++)
        {
            int id = candidates.Ids[i];
            keys[i] = id < below || (seen is not null && seen.Contains(id)) ? 0 : 1;
        }

        candidates.Keep(keys, 0.5f);
    }
}
