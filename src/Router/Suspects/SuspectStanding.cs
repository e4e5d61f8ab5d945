namespace ExpertCluster.Router.Suspects;

/// <summary>How a request stands, by its hash.</summary>
internal enum SuspectStanding
{
    /// <summary>No host was lost over it.</summary>
    Free,

    /// <summary>A host was lost while it had given no token of it: hosts take it alone.</summary>
    Suspect,

    /// <summary>A host was lost while it had nothing else that was suspect: no host is given it.</summary>
    Refused,
}
