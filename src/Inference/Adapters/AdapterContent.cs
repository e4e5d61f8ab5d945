using ExpertCluster.Models.Adapters;

namespace ExpertCluster.Inference.Adapters;

/// <summary>Where a content is on its way into the runtime.</summary>
internal enum AdapterState
{
    /// <summary>On disk or in host memory only.</summary>
    Absent,

    /// <summary>It has a place, and its weights are on their way there.</summary>
    Loading,

    /// <summary>Rows can use it.</summary>
    InPlace,
}

/// <summary>One content, however many names it has. All of it is guarded by the store's lock.</summary>
internal sealed class AdapterContent(string digest, Func<AdapterWeights> source)
{
    private volatile int _index = -1;

    public string Digest => digest;

    /// <summary>Reads it from where it came from.</summary>
    public Func<AdapterWeights> Source => source;

    public AdapterState State { get; set; }

    /// <summary>Its place, -1 for none. Constant while it is pinned, so that the loop may read it without the lock.</summary>
    public int Index
    {
        get => _index;
        set => _index = value;
    }

    /// <summary>Just read, until the load that runs has them.</summary>
    public AdapterWeights? AtHand { get; set; }

    /// <summary>Registrations.</summary>
    public int Handles { get; set; }

    /// <summary>Registrations that want it in the runtime always.</summary>
    public int KeptHandles { get; set; }

    /// <summary>Sequences, queued or running, that need it.</summary>
    public int Holds { get; set; }

    /// <summary>Sequences that run with it; changed on the loop's thread alone.</summary>
    public int Pins { get; set; }

    /// <summary>Why the latest load failed; told to every sequence that waits, then forgotten.</summary>
    public Exception? Error { get; set; }

    /// <summary>The latest look at the queue that wanted it: it isn't evicted for one behind.</summary>
    public long WantedAt { get; set; }

    /// <summary>Ends with the load that runs.</summary>
    public TaskCompletionSource Loaded { get; set; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public bool MayBeEvicted => State == AdapterState.InPlace && Pins == 0 && KeptHandles == 0;

    public bool IsUnused => Handles == 0 && Holds == 0 && State != AdapterState.Loading;
}
