using System.Collections.Immutable;

namespace ExpertCluster.Fabric.Placement.Rounds.Deciding;

/// <summary>A decision about something and a host, and when.</summary>
internal readonly record struct Touch(string Host, TimeSpan At);

/// <summary>What is remembered of an expert.</summary>
internal record struct ExpertMemory()
{
    /// <summary>Most touches that are remembered; older ones are forgotten first. An expert of many replicas has as many within a cooldown.</summary>
    private const int MostTouches = 64;

    /// <summary>Long before any clock's start, and far enough from the end of the range to be subtracted from.</summary>
    public static readonly TimeSpan Never = TimeSpan.MinValue / 4;

    /// <summary>Requests that run and wait, smoothed over the fast window.</summary>
    public double Fast { get; set; }

    public double Slow { get; set; }

    /// <summary>Seconds that requests waited for a slot, smoothed over the fast window.</summary>
    public double QueueSeconds { get; set; }

    public TimeSpan LastAsked { get; set; } = Never;

    /// <summary>Since when fewer replicas would have done; null: they would not.</summary>
    public TimeSpan? LowSince { get; set; }

    public TimeSpan GrownAt { get; set; } = Never;

    /// <summary>Replicas that the last round wanted.</summary>
    public int Target { get; set; }

    /// <summary>The host that gives a replica up as soon as the one that takes its place is ready; null: none.</summary>
    public string? MovingFrom { get; set; }

    /// <summary>Where it moves to.</summary>
    public string? MovingTo { get; set; }

    /// <summary>Decisions about single hosts that the cooldown still covers, the latest last.</summary>
    public ImmutableArray<Touch> Touches { get; set; } = [];

    public readonly bool Touched(string host, TimeSpan since) => Touching.Has(Touches, host, since);

    public void Touch(string host, TimeSpan now, TimeSpan keep) => Touches = Touching.Add(Touches, host, now, keep, MostTouches);
}

/// <summary>What is remembered of a base.</summary>
internal record struct BaseMemory()
{
    private const int MostTouches = 64;

    /// <summary>Requests that run and wait for its experts, smoothed.</summary>
    public double Fast { get; set; }

    public double Slow { get; set; }

    /// <summary>Since when its hosts have been used too much; null: they are not.</summary>
    public TimeSpan? HighSince { get; set; }

    /// <summary>Since when fewer hosts would have done; null: they would not.</summary>
    public TimeSpan? LowSince { get; set; }

    /// <summary>When a host was last told to open it.</summary>
    public TimeSpan OpenedAt { get; set; } = ExpertMemory.Never;

    /// <summary>When a host last began to give it up.</summary>
    public TimeSpan RetiredAt { get; set; } = ExpertMemory.Never;

    public TimeSpan LastAsked { get; set; } = ExpertMemory.Never;

    /// <summary>Hosts that give it up as soon as no expert is warm on it there, and since when.</summary>
    public ImmutableArray<Touch> Retiring { get; set; } = [];

    public ImmutableArray<Touch> Touches { get; set; } = [];

    public readonly bool Touched(string host, TimeSpan since) => Touching.Has(Touches, host, since);

    public void Touch(string host, TimeSpan now, TimeSpan keep) => Touches = Touching.Add(Touches, host, now, keep, MostTouches);

    public readonly bool Retires(string host) => Touching.Has(Retiring, host, ExpertMemory.Never);
}

/// <summary>Short lists of touches.</summary>
internal static class Touching
{
    public static bool Has(ImmutableArray<Touch> touches, string host, TimeSpan since)
    {
        foreach (var touch in touches)
        {
            if (touch.At > since && touch.Host == host)
            {
                return true;
            }
        }

        return false;
    }

    public static ImmutableArray<Touch> Add(ImmutableArray<Touch> touches, string host, TimeSpan now, TimeSpan keep, int most)
    {
        var kept = touches.Where(t => t.At > now - keep && t.Host != host).Append(new Touch(host, now)).ToArray();
        return [.. kept.AsSpan(Math.Max(0, kept.Length - most))];
    }
}

/// <summary>The state of <see cref="DemandPlacement"/>: arrays that nobody writes once they are in it.</summary>
internal sealed record DemandState : RoundState
{
    public required TimeSpan At { get; init; }

    /// <summary>Since when demand has been known without a break; null: it is not known.</summary>
    public required TimeSpan? KnownSince { get; init; }

    public required CatalogueIndex Index { get; init; }

    /// <summary>By the index's numbers.</summary>
    public required ExpertMemory[] Experts { get; init; }

    public required BaseMemory[] Bases { get; init; }

    /// <summary>The expert that the next round begins with.</summary>
    public required int Turn { get; init; }
}
