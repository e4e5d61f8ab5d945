namespace ExpertCluster.Fabric.Placement.Rounds.Deciding;

/// <summary>A base during a round.</summary>
internal sealed class BoardBase(RoundBase facts, int number)
{
    public RoundBase Facts => facts;

    public string Name => facts.Name;

    public int Number => number;

    /// <summary>That have it open, do not drain and do not give it up, by name.</summary>
    public List<BoardHost> Hosts { get; } = [];

    /// <summary>Hosts that will have it: those, and the ones that open it.</summary>
    public int Coming { get; set; }

    /// <summary>Slots of the hosts that will have it.</summary>
    public long ComingSlots { get; set; }

    /// <summary>Slots of <see cref="Hosts"/>.</summary>
    public long Slots { get; set; }

    /// <summary>Requests that run and wait for its experts now.</summary>
    public long Busy { get; set; }

    /// <summary>The latest that any of its experts was asked for.</summary>
    public TimeSpan LastAsked { get; set; } = ExpertMemory.Never;

    /// <summary>An expert that finds no host with this base that it may go to; the first by number.</summary>
    public RoundExpert? Stranded { get; set; }
}
