using Microsoft.Extensions.Hosting;

namespace ExpertCluster.Cluster.Hosting;

/// <summary>Why a process that runs already can't do what it is there for; <see cref="NodeProgram"/> ends it with that.</summary>
public sealed class StartFailure(IHostApplicationLifetime lifetime)
{
    private volatile string? _reason;

    /// <summary>Null: it can, for all that is known.</summary>
    public string? Reason => _reason;

    /// <summary>Stops the application.</summary>
    /// <param name="reason">For the operator; printed as one line.</param>
    public void Stop(string reason)
    {
        ArgumentNullException.ThrowIfNull(reason);
        _reason = reason.ReplaceLineEndings(" ").Trim();
        lifetime.StopApplication();
    }
}
