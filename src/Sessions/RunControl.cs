using Microsoft.ML.OnnxRuntime;

namespace ExpertCluster.Sessions;

/// <summary>What runs are begun with: by it they are ended before their time.</summary>
public sealed class RunControl : IDisposable
{
    private readonly Lifetime _lifetime;

    public RunControl()
    {
        // What a run fails of comes as an exception; the library would write it to standard error as well, past the process's log.
        Options = new RunOptions { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL };
        _lifetime = new Lifetime(this, Options.Dispose);
    }

    /// <summary>Of the library; only between Enter and the end of that use.</summary>
    internal RunOptions Options { get; }

    /// <summary>Every run that has this control, now or later, ends with an error at its next node.</summary>
    /// <exception cref="ObjectDisposedException">It was disposed.</exception>
    public void Terminate()
    {
        using var use = Enter();
        Options.Terminate = true;
    }

    public void Dispose() => _lifetime.Dispose();

    internal Use Enter() => _lifetime.Enter();
}
