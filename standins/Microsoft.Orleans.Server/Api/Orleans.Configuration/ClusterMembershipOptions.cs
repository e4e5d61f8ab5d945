namespace Orleans.Configuration;

/// <summary>How silos watch each other. All times run on the monotonic clock.</summary>
public class ClusterMembershipOptions
{
    /// <summary>Missed probes in a row until a silo suspects another. Default 3.</summary>
    public int NumMissedProbesLimit { get; set; } = 3;

    /// <summary>Between probes, and how long an answer may take. Default 10 s.</summary>
    public TimeSpan ProbeTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Between reads of the member list, beside the changes that are pushed. Default 60 s.</summary>
    public TimeSpan TableRefreshTimeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>How long a suspicion counts. Default 120 s.</summary>
    public TimeSpan DeathVoteExpirationTimeout { get; set; } = TimeSpan.FromSeconds(120);

    /// <summary>How long a silo tries to join before its start fails. Default 5 min.</summary>
    public TimeSpan MaxJoinAttemptTime { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>Silos that one silo probes. Default 10.</summary>
    public int NumProbedSilos { get; set; } = 10;

    /// <summary>Suspicions that make a death; a majority of the other silos suffices where there are fewer. Default 2.</summary>
    public int NumVotesForDeathDeclaration { get; set; } = 2;

    /// <summary>Whether silos probe each other at all. Default true.</summary>
    public bool LivenessEnabled { get; set; } = true;

    /// <summary>Dead entries that the member list keeps. Default 200.</summary>
    public int? MaxDefunctSiloEntries { get; set; } = 200;
}
