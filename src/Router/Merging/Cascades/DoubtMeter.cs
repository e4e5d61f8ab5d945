using ExpertCluster.Contracts.Answers;
using ExpertCluster.Router.Options;

namespace ExpertCluster.Router.Merging.Cascades;

/// <summary>
/// How little a model was sure of its answer: the mean of its <see cref="Least"/> least sure tokens, 0 to 1, tokens that are missing counted as sure. A quantile of tokens tells wrong
/// answers better than their sum or mean, which long answers drown (Gupta et al., "Language Model Cascades: Token-level uncertainty and beyond", arXiv 2404.10136). It only
/// grows with each token, so that a draft can be left as soon as it is too much.
/// </summary>
internal sealed class DoubtMeter(string signal)
{
    private const int Least = 4;

    private readonly double[] _largest = new double[Least];

    /// <summary>Whether a token came whose probability nobody told: nothing can be said of the answer then.</summary>
    public bool IsBlind { get; private set; }

    public double Value { get; private set; }

    /// <summary>Tokens that must be told beside each.</summary>
    public static int TopOf(string signal) => signal == DoubtSignals.Entropy ? 10 : 2;

    public void Add(Token token)
    {
        if (token.Detail is not { } detail || detail.Top.Count == 0)
        {
            IsBlind = true;
            return;
        }

        double unsure = signal == DoubtSignals.Entropy ? Entropy(detail.Top) : 1 - Math.Max(0, Of(detail.Top, 0) - Of(detail.Top, 1));
        int least = Array.IndexOf(_largest, _largest.Min());
        if (unsure > _largest[least])
        {
            _largest[least] = unsure;
            Value = _largest.Average();
        }
    }

    private static double Of(IReadOnlyList<LikelyToken> top, int place) => place < top.Count ? Math.Exp(top[place].LogProbability) : 0;

    /// <summary>Of those that are told and all others as one, over the most that it can be.</summary>
    private static double Entropy(IReadOnlyList<LikelyToken> top)
    {
        double rest = 1;
        double sum = 0;
        for (int i = 0; i < top.Count; i++)
        {
            double p = Of(top, i);
            rest -= p;
            sum -= p > 0 ? p * Math.Log(p) : 0;
        }

        sum -= rest > 0 ? rest * Math.Log(rest) : 0;
        return sum / Math.Log(top.Count + 1);
    }
}
