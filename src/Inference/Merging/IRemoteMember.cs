namespace ExpertCluster.Inference.Merging;

/// <summary>
/// An expert of an ensemble that computes elsewhere, in lock step: it gives a distribution for each place, and is told the token that was drawn there. The engine's
/// thread calls it, so nothing of it waits; what it gives comes from other threads.
/// </summary>
public interface IRemoteMember : IDisposable
{
    /// <summary>What it gave last; null: nothing yet.</summary>
    TokenDistribution? Latest { get; }

    /// <summary>Whether it is not waited for: it is lost, or has given up.</summary>
    bool IsGone { get; }

    /// <summary>Begins.</summary>
    /// <param name="changed">To be called, on any thread, when one of the two above is another one.</param>
    void Start(Action changed);

    /// <summary>A token of the answer was drawn, the first one behind those that it began with, and so on.</summary>
    void Tell(int token);
}
