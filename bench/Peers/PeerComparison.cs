namespace ExpertCluster.Bench.Peers;

/// <summary>The rounds of one scenario.</summary>
internal sealed class PeerComparison(PeerScenario scenario, IReadOnlyList<(PeerRound Ours, PeerRound Peer)> rounds)
{
    public PeerScenario Scenario { get; } = scenario;

    /// <summary>Tokens a second.</summary>
    public Spread Ours { get; } = Spread.Of(rounds.Select(r => r.Ours.Rate));

    /// <summary>Tokens a second.</summary>
    public Spread Peer { get; } = Spread.Of(rounds.Select(r => r.Peer.Rate));

    /// <summary>Ours over the peer's, round by round: what the machine did meanwhile met both.</summary>
    public Spread Ratio { get; } = Spread.Of(rounds.Select(r => r.Ours.Rate / r.Peer.Rate));

    /// <summary>How much of the answers is the same text before they part, on average.</summary>
    public double Agreement { get; } = rounds.SelectMany(r => r.Ours.Answers.Zip(r.Peer.Answers, Same)).Average();

    /// <summary>Microseconds of processor time a token, by process.</summary>
    public IReadOnlyDictionary<string, double> Processor { get; } = rounds[0].Ours.ProcessorMicroseconds.Keys
        .Select(role => (role, Spread.Of(rounds.Select(r => r.Ours.ProcessorMicroseconds[role])).Median))
        .Concat(rounds[0].Peer.ProcessorMicroseconds.Keys
            .Select(role => (role, Spread.Of(rounds.Select(r => r.Peer.ProcessorMicroseconds[role])).Median)))
        .ToDictionary(p => p.role, p => p.Median);

    /// <summary>What isn't ASCII counts for nothing: bytes that are no text are written in different ways.</summary>
    private static double Same(PeerAnswer one, PeerAnswer other)
    {
        (string a, string b) = (Ascii(one), Ascii(other));
        int longest = Math.Max(a.Length, b.Length);
        return longest == 0 ? 1 : (double)a.AsSpan().CommonPrefixLength(b) / longest;
    }

    private static string Ascii(PeerAnswer answer) => string.Concat(answer.Text.Where(char.IsAscii));
}
