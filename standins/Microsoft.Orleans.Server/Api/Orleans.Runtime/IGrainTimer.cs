namespace Orleans.Runtime;

/// <summary>A timer of one activation. It ends with the activation.</summary>
public interface IGrainTimer : IDisposable
{
    /// <summary>Sets both times anew, counted from now; infinite spans stop it.</summary>
    void Change(TimeSpan dueTime, TimeSpan period);
}
