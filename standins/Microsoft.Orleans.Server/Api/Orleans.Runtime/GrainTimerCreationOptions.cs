namespace Orleans.Runtime;

/// <summary>How a grain timer runs.</summary>
public struct GrainTimerCreationOptions
{
    public GrainTimerCreationOptions()
    {
    }

    public GrainTimerCreationOptions(TimeSpan dueTime, TimeSpan period)
    {
        DueTime = dueTime;
        Period = period;
    }

    /// <summary>Until the first tick; infinite: not before <see cref="IGrainTimer.Change"/>.</summary>
    public TimeSpan DueTime { get; init; }

    /// <summary>From the end of a tick to the next one; infinite: one tick only.</summary>
    public TimeSpan Period { get; init; }

    /// <summary>Whether a tick may run while a call awaits.</summary>
    public bool Interleave { get; init; }

    /// <summary>Whether a tick counts as use, so that idle collection leaves the activation alone.</summary>
    public bool KeepAlive { get; init; }
}
