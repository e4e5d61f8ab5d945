namespace ExpertCluster.Simulation.Results;

/// <summary>Counts what happens.</summary>
internal sealed class Recorder
{
    public Histogram FirstToken { get; } = new();

    public Histogram Rounds { get; } = new();

    /// <summary>Whether the warm-up is over.</summary>
    public bool Counts { get; set; }

    public long Arrived { get; set; }

    public long Completed { get; set; }

    public long Refused { get; set; }

    public long Resumed { get; set; }

    public long Loads { get; set; }

    public long Fetches { get; set; }

    public long Evictions { get; set; }

    public long Moves { get; set; }

    public long BaseMoves { get; set; }

    public double MostRoundMilliseconds { get; set; }

    public void Load(bool isFetched, bool isEvicting, bool isWaitedFor)
    {
        if (Counts)
        {
            Loads += isWaitedFor ? 1 : 0;
            Fetches += isFetched ? 1 : 0;
            Evictions += isEvicting ? 1 : 0;
        }
    }

    public void Round(double milliseconds)
    {
        Rounds.Add(milliseconds / 1000);
        MostRoundMilliseconds = Math.Max(MostRoundMilliseconds, milliseconds);
    }
}
