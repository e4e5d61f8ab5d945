using ExpertCluster.Contracts.Routing;

namespace ExpertCluster.Cli.Tests.Support;

/// <summary>Scores that stand in the text: `law:.7 music:.2 general:.1`; the generalist is `general`, the floor a half.</summary>
internal sealed class FakeGate : IRequestGate
{
    public GateScores Score(string text) => new()
    {
        Ranked = [.. text.Split(' ')
            .Select(part => part.Split(':'))
            .Where(part => part.Length == 2)
            .Select(part => new ScoredClass(part[0], double.Parse(part[1], System.Globalization.CultureInfo.InvariantCulture)))
            .OrderByDescending(c => c.Probability)],
        Generalist = "general",
        Floor = 0.5,
    };
}
