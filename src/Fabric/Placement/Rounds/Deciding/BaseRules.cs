using System.Globalization;
using ExpertCluster.Contracts.Hashing;

namespace ExpertCluster.Fabric.Placement.Rounds.Deciding;

/// <summary>
/// Which hosts run which bases. Opening one takes minutes and gigabytes, so: at once only where nobody could serve at all; else after demand has
/// been high for long, and nothing is given up unless another has a use for the memory.
///
/// 1. What is retiring goes as soon as no expert is warm on it.
/// 2. Below the minimum, asked for and nowhere, or the only way for an expert's labels or pin: open one, and if no host has the memory, retire another.
/// 3. Hosts without any base get the one that needs it most.
/// 4. Hosts of a base used too much for a while: more, on hosts with memory, else in place of a base that is used less.
/// 5. Above the maximum, or long used too little on hosts that have others: one less.
/// </summary>
internal sealed class BaseRules(Board board, TimeSpan? knownSince)
{
    /// <summary>A host that starts reports its bases one by one.</summary>
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(10);

    private readonly BaseHosts _hosts = new(board);
    private readonly List<PlacementDecision> _decisions = [];

    /// <summary>Bases that are being given up, on all hosts.</summary>
    private int _retiring = board.BaseMemories.Sum(m => m.Retiring.Length);

    public IReadOnlyList<PlacementDecision> Apply()
    {
        foreach (var one in board.Bases)
        {
            Retire(one);
        }

        foreach (var one in board.Bases)
        {
            Need(one);
        }

        foreach (var host in board.Hosts)
        {
            Fill(host);
        }

        foreach (var one in board.Bases.OrderByDescending(UseOf).ThenBy(b => b.Number))
        {
            Grow(one);
        }

        foreach (var one in board.Bases.OrderBy(UseOf).ThenBy(b => b.Number))
        {
            Shrink(one);
        }

        return _decisions;
    }

    private bool IsFull => _decisions.Count >= board.Options.BaseMovesPerRound;

    private void Retire(BoardBase one)
    {
        ref var memory = ref board.BaseMemories[one.Number];
        foreach (var retiring in memory.Retiring)
        {
            var host = board.Host(retiring.Host);
            bool isTold = memory.Touched(retiring.Host, retiring.At - TimeSpan.FromTicks(1));
            bool isNeeded = !isTold && (memory.HighSince is not null || one.Coming < one.Facts.MinimumHosts);
            if (host is null || isNeeded || host.Facts.Draining || !BoardHosts.Holds(host.Facts, one.Name))
            {
                memory.Retiring = memory.Retiring.Remove(retiring);
                _retiring--;
            }
            else if (!IsFull && !HasWarm(host, one.Number) && !memory.Touched(host.Name, board.Now - board.Options.RetryAfter))
            {
                Add(DecisionKind.LetBaseGo, one, host, DecisionCause.Quiet, "no expert is warm on it there any more");
            }
        }
    }

    private void Need(BoardBase one)
    {
        bool isAsked = knownSince is not null && board.Now - board.BaseMemories[one.Number].LastAsked < board.Options.BaseDownAfter;
        bool isMissing = one.Coming < Math.Max(one.Facts.MinimumHosts, isAsked ? 1 : 0);

        // While one is being opened, whether that is the right one shows when it is there.
        bool isStranded = one.Stranded is not null && one.Coming == one.Hosts.Count;
        if (IsFull || one.Coming >= one.Facts.MaximumHosts || !(isMissing || isStranded))
        {
            return;
        }

        var (cause, reason) = one switch
        {
            _ when one.Coming < one.Facts.MinimumHosts =>
                (DecisionCause.Minimum, FormattableString.Invariant($"{one.Coming} of at least {one.Facts.MinimumHosts} hosts have it")),
            _ when isMissing => (DecisionCause.Demand, "it is asked for, and open nowhere"),
            _ => (DecisionCause.Pin, $"{one.Stranded!.Id} may be on no host that has it"),
        };
        var stranded = isMissing ? null : one.Stranded;
        if (_hosts.Choose(one, isMissing ? board.Options.RetryAfter : board.Options.BaseCooldown, stranded) is { } host)
        {
            Open(one, host, cause, reason);
        }
        else if (isMissing && _retiring == 0 && Array.TrueForAll(board.Hosts, h => h.Opening == 0))
        {
            RetireOne(one, other => UseWithoutOne(other) < board.Options.BaseUpUse);
        }
    }

    private void Fill(BoardHost host)
    {
        if (IsFull || host.Facts.Bases.Count > 0 || host.Opening > 0 || board.Now - host.Facts.Joined < Settling)
        {
            return;
        }

        var best = board.Bases
            .Where(b => b.Coming < b.Facts.MaximumHosts && (b.Facts.MinimumHosts > 0 || b.LastAsked > ExpertMemory.Never))
            .Where(b => _hosts.MayOpen(host, b, board.Options.BaseCooldown) && _hosts.Fits(host, b.Facts, freed: 0))
            .OrderByDescending(UseOf)
            .ThenBy(b => b.Coming)
            .ThenByDescending(b => RendezvousHash.Weight(RendezvousHash.KeyOf(b.Name), host.Name))
            .FirstOrDefault();
        if (best is not null)
        {
            Open(best, host, DecisionCause.Empty, string.Create(CultureInfo.InvariantCulture, $"the host has none, and this one's hosts are used {UseOf(best):0.00}"));
        }
    }

    /// <summary>As many as its demand is good for, and no more: those on their way count, so another look does not ask for them again.</summary>
    private void Grow(BoardBase one)
    {
        var memory = board.BaseMemories[one.Number];
        bool isDue = memory.HighSince is { } high && board.Now - high >= board.Options.BaseUpAfter && board.Now - memory.RetiredAt >= board.Options.BaseCooldown;
        double each = (double)one.Slots / Math.Max(1, one.Hosts.Count) * board.Options.AimUse;
        int missing = isDue ? Math.Min(one.Facts.MaximumHosts, (int)Math.Ceiling(memory.Fast / Math.Max(1e-3, each))) - one.Coming : 0;
        for (; missing > 0 && !IsFull; missing--)
        {
            if (_hosts.Choose(one, board.Options.BaseCooldown, stranded: null) is { } host)
            {
                Open(one, host, DecisionCause.Demand, Figures(one));
            }
            else if (_retiring >= Math.Min(missing, board.Options.BaseMovesPerRound) || !TakeFromAnother(one))
            {
                return;
            }
        }
    }

    /// <summary>A host of the least used base that would, without it, still be used less than the needy one with it: else it would go back.</summary>
    private bool TakeFromAnother(BoardBase needy)
    {
        double with = board.BaseMemories[needy.Number].Fast / Math.Max(1, needy.ComingSlots + (needy.Slots / Math.Max(1, needy.Hosts.Count)));
        return RetireOne(needy, one => UseWithoutOne(one) is var use && use < with && use < board.Options.AimUse);
    }

    private void Shrink(BoardBase one)
    {
        ref var memory = ref board.BaseMemories[one.Number];
        if (one.Hosts.Count > one.Facts.MaximumHosts)
        {
            if (_retiring < board.Options.BaseMovesPerRound)
            {
                StartRetiring(one, Quietest(one, _ => true));
            }

            return;
        }

        bool isIdle = knownSince is { } known && one.Facts.MinimumHosts == 0
            && board.Now - (memory.LastAsked > known ? memory.LastAsked : known) >= board.Options.BaseDownAfter;
        bool isDue = isIdle || (memory.LowSince is { } low && board.Now - low >= board.Options.BaseDownAfter);
        if (isDue && memory.Retiring.IsEmpty && board.Now - Later(memory.OpenedAt, memory.RetiredAt) >= board.Options.BaseCooldown)
        {
            StartRetiring(one, Quietest(one, h => IsSettled(h) && (isIdle || h.Facts.Bases.Count > 1)));
        }
    }

    /// <summary>Retires the least used base that another can do without, on a host where its memory would be enough.</summary>
    private bool RetireOne(BoardBase needy, Func<BoardBase, bool> isSpare)
    {
        foreach (var one in board.Bases.Where(b => b != needy).OrderBy(UseOf).ThenBy(b => b.Number))
        {
            var memory = board.BaseMemories[one.Number];
            bool mayShrink = one.Hosts.Count > 0
                && one.Coming > Math.Max(one.Facts.MinimumHosts, memory.LastAsked > ExpertMemory.Never ? 1 : 0)
                && board.Now - memory.OpenedAt >= board.Options.BaseCooldown;
            if (mayShrink && isSpare(one) && Quietest(one, h => IsSettled(h) && !BoardHosts.Holds(h.Facts, needy.Name) && _hosts.Fits(h, needy.Facts, one.Facts.Bytes)) is { } host)
            {
                StartRetiring(one, host);
                return true;
            }
        }

        return false;
    }

    private double UseWithoutOne(BoardBase one) =>
        board.BaseMemories[one.Number].Fast / Math.Max(1, one.Slots - (one.Slots / Math.Max(1, one.Hosts.Count)));

    /// <summary>Whether nothing was warmed on it lately: what goes with the base would have been for nothing.</summary>
    private bool IsSettled(BoardHost host)
    {
        foreach (int replica in board.ReplicasOn(host))
        {
            if (board.Now - board.Replicas[replica].Since < board.Options.Cooldown)
            {
                return false;
            }
        }

        return host.Warmed == 0;
    }

    private static BoardHost? Quietest(BoardBase one, Func<BoardHost, bool> may) => one.Hosts
        .Where(may)
        .OrderByDescending(h => h.Facts.Bases.Count)
        .ThenBy(h => h.Level)
        .ThenBy(h => h.Number)
        .FirstOrDefault();

    private void StartRetiring(BoardBase one, BoardHost? host)
    {
        ref var memory = ref board.BaseMemories[one.Number];
        if (host is not null && !memory.Retires(host.Name))
        {
            memory.Retiring = memory.Retiring.Add(new Touch(host.Name, board.Now));
            memory.RetiredAt = board.Now;
            one.Hosts.Remove(host);
            one.Slots -= host.Slots;
            one.Coming--;
            one.ComingSlots -= host.Slots;
            _retiring++;
        }
    }

    private void Open(BoardBase one, BoardHost host, DecisionCause cause, string reason)
    {
        Add(DecisionKind.LoadBase, one, host, cause, reason);
        host.Opening++;
        one.Coming++;
        one.ComingSlots += host.Slots;
    }

    private void Add(DecisionKind kind, BoardBase one, BoardHost host, DecisionCause cause, string reason)
    {
        _decisions.Add(new PlacementDecision(kind, host.Name, null, one.Name, cause, reason));
        ref var memory = ref board.BaseMemories[one.Number];
        memory.OpenedAt = kind == DecisionKind.LoadBase ? board.Now : memory.OpenedAt;
        memory.Touch(host.Name, board.Now, board.Options.BaseCooldown);
    }

    private bool HasWarm(BoardHost host, int number)
    {
        foreach (int replica in board.ReplicasOn(host))
        {
            if (board.Replicas[replica].Standing != Standing.Gone && board.Index.BaseOf[board.Replicas[replica].Expert] == number)
            {
                return true;
            }
        }

        return false;
    }

    private static TimeSpan Later(TimeSpan one, TimeSpan other) => one > other ? one : other;

    private double UseOf(BoardBase one) => board.BaseMemories[one.Number].Fast / Math.Max(1, one.ComingSlots);

    private string Figures(BoardBase one) => string.Create(
        CultureInfo.InvariantCulture, $"{board.BaseMemories[one.Number].Fast:0.0} requests over {one.Slots} slots of {one.Hosts.Count} hosts for {board.Options.BaseUpAfter.TotalSeconds:0} s");
}
