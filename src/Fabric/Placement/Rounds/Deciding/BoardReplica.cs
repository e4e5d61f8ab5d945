namespace ExpertCluster.Fabric.Placement.Rounds.Deciding;

internal enum Standing : byte
{
    /// <summary>It is one of the wanted ones.</summary>
    Counts,

    /// <summary>Its host drains or gives up the base: it stays until another has taken its place.</summary>
    Leaves,

    /// <summary>It may not be there.</summary>
    Unfit,

    /// <summary>Decided in this round.</summary>
    Gone,
}

/// <summary>A replica during a round.</summary>
internal record struct BoardReplica(int Expert, int Host, TimeSpan Since, bool Ready)
{
    public Standing Standing { get; set; }
}
