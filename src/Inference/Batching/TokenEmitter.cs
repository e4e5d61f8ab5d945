using ExpertCluster.Inference.Generation;
using ExpertCluster.Inference.Sampling;
using ExpertCluster.Inference.Text;

namespace ExpertCluster.Inference.Batching;

/// <summary>Turns the drawn tokens of one sequence into its output entries: text, stop strings, the finish.</summary>
internal sealed class TokenEmitter(GenerationRequest request, ITokenText text)
{
    private readonly StopScanner _stops = new([.. request.Stop]);
    private readonly IReadOnlySet<int> _endTokens = request.EndTokens;

    /// <summary>The entry for a drawn token; isLast when no more may be drawn.</summary>
    public GeneratedToken Next(Draw draw, IReadOnlyList<WeightedAdapter> experts, bool isLast)
    {
        if (_endTokens.Contains(draw.Token))
        {
            return new GeneratedToken
            {
                Id = -1,
                Text = Rest(),
                LogProbability = 0,
                Experts = experts,
                Finish = FinishReason.Stop,
            };
        }

        var piece = _stops.Append(text.Append(draw.Token));
        if (isLast && !_stops.Stopped)
        {
            piece += Rest();
        }

        return new GeneratedToken
        {
            Id = draw.Token,
            Text = piece,
            LogProbability = draw.LogProbability,
            Experts = experts,
            Finish = _stops.Stopped ? FinishReason.Stop : isLast ? FinishReason.Length : FinishReason.None,
        };
    }

    private string Rest()
    {
        var piece = _stops.Append(text.Flush());
        return _stops.Stopped ? piece : piece + _stops.Flush();
    }
}
