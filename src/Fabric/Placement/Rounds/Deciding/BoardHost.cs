namespace ExpertCluster.Fabric.Placement.Rounds.Deciding;

/// <summary>A host during a round: what it has left, as decisions take from it.</summary>
internal sealed class BoardHost(RoundHost facts, int number, int zone)
{
    /// <summary>Of <see cref="Level"/>: loads of hosts with any number of slots, in whole numbers, so that sums do not depend on their order.</summary>
    private const long LevelUnit = 1024;

    public RoundHost Facts => facts;

    public string Name => facts.Name;

    /// <summary>In the order of names.</summary>
    public int Number => number;

    public int Zone => zone;

    public int Slots { get; } = Math.Max(1, facts.Slots);

    /// <summary>Thousandths of requests that the replicas which count are there for.</summary>
    public long Load { get; private set; }

    /// <summary>Replicas that count.</summary>
    public int Count { get; private set; }

    /// <summary>Replicas of whatever standing.</summary>
    public int Places { get; private set; } = facts.AdapterPlaces;

    public long FreeBytes { get; private set; } = facts.Memory.TotalBytes > 0 ? facts.Memory.FreeBytes : long.MaxValue / 2;

    /// <summary>Experts that it has been told to warm in this round.</summary>
    public int Warmed { get; set; }

    /// <summary>Experts that left it in this round for a better share.</summary>
    public int Shared { get; set; }

    /// <summary>Numbers of the bases that it serves: open, and not about to be given up.</summary>
    public List<int> Serves { get; } = [];

    /// <summary>Bases that it opens or has been told to.</summary>
    public int Opening { get; set; }

    public long Level => Load * LevelUnit / Slots;

    public bool IsCrowded => facts.Running + facts.Waiting >= Slots;

    public static long LevelOf(long load, long slots) => load * LevelUnit / Math.Max(1, slots);

    public bool Fits(RoundExpert expert) => Places > 0 && expert.Bytes <= FreeBytes;

    public bool HasLabels(IReadOnlyDictionary<string, string> wanted)
    {
        if (wanted.Count == 0)
        {
            return true;
        }

        foreach (var (key, value) in wanted)
        {
            if (!facts.Labels.TryGetValue(key, out string? own) || own != value)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>A replica's place and bytes; those of one that is loaded are not in the free ones any more.</summary>
    public void Hold(long bytes, bool loaded)
    {
        Places--;
        FreeBytes -= loaded ? 0 : bytes;
    }

    public void Release(long bytes)
    {
        Places++;
        FreeBytes += bytes;
    }

    public void Take(long weight)
    {
        Load += weight;
        Count++;
    }

    public void Give(long weight)
    {
        Load -= weight;
        Count--;
    }
}
