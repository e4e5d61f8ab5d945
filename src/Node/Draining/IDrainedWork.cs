namespace ExpertCluster.Node.Draining;

/// <summary>What runs in a program and is to end before the process does.</summary>
public interface IDrainedWork
{
    /// <summary>Requests that run.</summary>
    int Running { get; }

    /// <summary>Takes nothing new from now on.</summary>
    /// <returns>Completes when nothing runs any more.</returns>
    Task CloseAsync();

    /// <summary>The drain has begun: for the log, where each program has its own event.</summary>
    void TellBegun();

    /// <summary>Its time is up, and what still runs is cut.</summary>
    void TellTimeUp(int seconds);
}
