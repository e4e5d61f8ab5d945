namespace ExpertCluster.Fabric.Placement.Rounds.Deciding;

/// <summary>Warms: pins and minimums first, then what drains has to be replaced, then demand, the most used first. One replica an expert a round.</summary>
internal sealed class Growth(Board board, HostChoice choice, Wanted[] wanted)
{
    /// <summary>Experts without a host that a result tells of.</summary>
    private const int MostUnplaced = 64;

    /// <summary>Searches that find no host, a round, for each move that it may make: looking at every host for each of thousands takes time.</summary>
    private const int MissesForAMove = 2;

    private readonly RoomMaker _room = new(board);
    private readonly List<Unplaced> _unplaced = [];
    private int _misses;

    public IReadOnlyList<Unplaced> Unplaced => _unplaced;

    /// <param name="turn">The expert to begin with, so that those behind many that find no host get their turn.</param>
    /// <returns>The one to begin with in the next round.</returns>
    public int Apply(int turn)
    {
        int count = wanted.Length;
        int next = 0;
        List<(int Expert, bool IsDrained, double Use)> more = [];
        for (int step = 0; step < count; step++)
        {
            int expert = (turn + step) % count;
            if (board.Index.Experts[expert] is not { Rank: > 0 } facts)
            {
                continue;
            }

            if (!CanGoOn)
            {
                next = expert;
                break;
            }

            if (facts.Pinned.Count > 0)
            {
                Pin(expert, facts);
            }

            int missing = wanted[expert].Replicas - board.Counted[expert];
            if (missing <= 0 || board.Changed[expert])
            {
                continue;
            }

            if (board.Counted[expert] < facts.Minimum)
            {
                Place(expert, DecisionCause.Minimum);
            }
            else
            {
                more.Add((expert, board.Leaving[expert] > 0, board.Memory[expert].Fast / Math.Max(1, board.Counted[expert])));
            }
        }

        foreach (var (expert, isDrained, _) in more.OrderByDescending(m => m.IsDrained).ThenByDescending(m => m.Use).ThenBy(m => m.Expert))
        {
            if (!CanGoOn)
            {
                break;
            }

            Place(expert, isDrained ? DecisionCause.Drain : DecisionCause.Demand);
        }

        return next;
    }

    private bool CanGoOn => !board.IsFull && _misses < board.Options.MovesPerRound * MissesForAMove;

    private void Pin(int expert, RoundExpert facts)
    {
        foreach (string name in facts.Pinned)
        {
            if (board.Host(name) is not { } host || board.Changed[expert] || board.Counted[expert] >= facts.Maximum)
            {
                continue;
            }

            if (choice.Allows(expert, host, board.Options.RetryAfter))
            {
                board.Warm(expert, host, DecisionCause.Pin, "the catalogue pins it there");
            }
            else if (board.Index.BaseOf[expert] is >= 0 and var number && !board.Serves(host, expert))
            {
                board.Bases[number].Stranded ??= facts with { Pinned = [name] };
            }
        }
    }

    private void Place(int expert, DecisionCause cause)
    {
        int counted = board.Counted[expert];
        int minimum = board.Index.Experts[expert].Minimum;
        bool isScaling = cause == DecisionCause.Demand && counted > 0;
        bool isNeeded = counted < minimum;
        var host = choice.Choose(expert, board.Options.Cooldown, isScaling);
        if (host is null && isNeeded)
        {
            // Where the minimum leaves no other, a host that failed it is asked again.
            host = choice.Choose(expert, board.Options.RetryAfter, avoidCrowded: false);
        }

        if (host is null && choice.MissesRoom && !isScaling)
        {
            host = _room.Make(expert, choice);
        }

        if (host is null || board.IsFull)
        {
            _misses++;
            if (isNeeded && _unplaced.Count < MostUnplaced)
            {
                _unplaced.Add(new Unplaced(board.Index.Experts[expert].Id, choice.Missing));
            }

            return;
        }

        board.Warm(expert, host, cause, Reason(expert, counted, cause));
        if (cause == DecisionCause.Demand)
        {
            board.Memory[expert].GrownAt = board.Now;
        }
    }

    private string Reason(int expert, int counted, DecisionCause cause) => cause switch
    {
        DecisionCause.Minimum => FormattableString.Invariant($"it has {counted} of at least {board.Index.Experts[expert].Minimum} replicas"),
        DecisionCause.Drain => "a host that has it drains, or gives its base up",
        _ => Scaling.Figures(board.Memory[expert], counted, board.Options),
    };
}
