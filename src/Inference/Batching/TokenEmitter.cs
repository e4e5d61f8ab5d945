using ExpertCluster.Inference.Generation;
using ExpertCluster.Inference.Merging;
using ExpertCluster.Inference.Sampling;
using ExpertCluster.Inference.Text;

namespace ExpertCluster.Inference.Batching;

/// <summary>Turns the drawn tokens of one sequence into its output entries: text, stop strings, the finish.</summary>
internal sealed class TokenEmitter
{
    private readonly StopScanner _stops;
    private readonly IReadOnlySet<int> _endTokens;
    private readonly ITokenText _text;
    private readonly IReadOnlyDictionary<int, string> _visible;

    /// <summary>Tokens whose text is not searched for stop strings.</summary>
    private readonly int _unsearched;

    private int _count;

    public TokenEmitter(GenerationRequest request, ITokenText text)
    {
        (_stops, _endTokens, _text, _unsearched) = (new StopScanner([.. request.Stop]), request.EndTokens, text, request.Sampling.MinTokens);
        _visible = request.VisibleTokens;

        // What was generated before was sent before; characters and stop strings may lie across the seam.
        foreach (int token in request.Resume)
        {
            Append(token);
        }
    }

    /// <summary>The entry for a drawn token; isLast when no more may be drawn, isWhole when nothing can follow.</summary>
    public GeneratedToken Next(Draw draw, IReadOnlyList<WeightedAdapter> experts, bool isLast, bool isWhole = false)
    {
        if (_endTokens.Contains(draw.Token))
        {
            return End(experts) with { StopToken = draw.Token, LogProbability = draw.LogProbability, Top = draw.Top };
        }

        string piece = Append(draw.Token);
        if ((isLast || isWhole) && !_stops.Stopped)
        {
            piece += Rest();
        }

        return new GeneratedToken
        {
            Id = draw.Token,
            Text = piece,
            LogProbability = draw.LogProbability,
            Top = draw.Top,
            Experts = experts,
            Finish = _stops.Stopped || isWhole ? FinishReason.Stop : isLast ? FinishReason.Length : FinishReason.None,
            StopText = _stops.Found,
        };
    }

    /// <summary>The entry of an end without a token of its own.</summary>
    public GeneratedToken End(IReadOnlyList<WeightedAdapter> experts) => new()
    {
        Id = -1,
        Text = Rest(),
        LogProbability = 0,
        Experts = experts,
        Finish = FinishReason.Stop,
        StopText = _stops.Found,
    };

    /// <summary>The entry of a token of the prompt.</summary>
    public static GeneratedToken Scored(Draw draw, IReadOnlyList<WeightedAdapter> experts) => new()
    {
        Id = draw.Token,
        Text = "",
        IsPrompt = true,
        LogProbability = draw.LogProbability,
        Top = draw.Top,
        Experts = experts,
    };

    /// <summary>The entry of a place that is drawn elsewhere.</summary>
    public static GeneratedToken Contribution(TokenDistribution distribution) => new()
    {
        Id = -1,
        Text = "",
        LogProbability = 0,
        Experts = [],
        Distribution = distribution,
    };

    private string Append(int token) => ++_count <= _unsearched ? TextOf(token) : _stops.Append(TextOf(token));

    private string TextOf(int token) => _visible.TryGetValue(token, out string? own) ? _text.Append(token) + own : _text.Append(token);

    private string Rest()
    {
        string piece = _stops.Append(_text.Flush());
        return _stops.Stopped ? piece : piece + _stops.Flush();
    }
}
