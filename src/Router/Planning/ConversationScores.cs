using ExpertCluster.Contracts.Routing;

namespace ExpertCluster.Router.Planning;

/// <summary>
/// A conversation's scores from those of its turns. A turn that says by itself what it is about decides alone, so a topic may change with the last one; as far
/// as one only goes on with what was said ("and the second one?"), the turns before it decide, and before the first one the generalist.
/// </summary>
internal static class ConversationScores
{
    /// <summary>What earlier turns could still change is less than what any floor sees.</summary>
    private const double Least = 0.02;

    /// <param name="score">Asks the gate: once a turn, as long as earlier ones matter.</param>
    /// <param name="turns">The newest first; at least one.</param>
    public static GateScores Of(Func<string, GateScores> score, IEnumerable<string> turns)
    {
        GateScores? last = null;
        Dictionary<string, double> sums = [];
        double left = 1;
        double rest = 0;
        foreach (string turn in turns)
        {
            var scores = score(turn);
            if (last is null && scores.FollowUp < Least)
            {
                return scores;
            }

            last ??= scores;
            foreach (var (name, probability) in scores.Ranked)
            {
                sums[name] = sums.GetValueOrDefault(name) + (left * (1 - scores.FollowUp) * probability);
            }

            rest += left * (1 - scores.FollowUp) * scores.Rest;
            left *= scores.FollowUp;
            if (left < Least)
            {
                break;
            }
        }

        sums[last!.Generalist] = sums.GetValueOrDefault(last.Generalist) + left;
        double total = sums.Values.Sum() + rest;

        // An earlier turn may have ranked classes that the last one did not.
        return last with { Ranked = [.. sums.Select(s => new ScoredClass(s.Key, s.Value / total)).OrderByDescending(c => c.Probability)], Rest = rest / total };
    }
}
