namespace ExpertCluster.Node.Exit;

/// <summary>What a router's or a host's exit code says.</summary>
public static class NodeExitCodes
{
    /// <summary>It was told to stop, and did.</summary>
    public const int Stopped = 0;

    /// <summary>A failure that nobody foresaw; its stack is in the log.</summary>
    public const int Failed = 1;

    /// <summary>What it was told to do can't be done; standard error has one sentence, and another start without a change is no use.</summary>
    public const int Refused = 2;

    /// <summary>The cluster goes on without it, as it was frozen, cut off or taken for dead; it may be started again at once.</summary>
    public const int LostCluster = 3;
}
