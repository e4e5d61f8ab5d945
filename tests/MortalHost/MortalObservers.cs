using System.Diagnostics;
using ExpertCluster.ExpertHost.Runtime;
using ExpertCluster.ExpertHost.Telemetry;
using ExpertCluster.Inference.Batching;

namespace ExpertCluster.MortalHost;

/// <summary>Ends the process where a base is being opened that is called so: as one does that needs more memory than there is.</summary>
internal sealed class MortalObservers(StepObservers observers) : IBaseObservers
{
    /// <summary>What the host dies of.</summary>
    private const string Base = "xyzzy";

    public IEngineObserver Of(string baseName)
    {
        if (baseName == Base)
        {
            using var process = Process.GetCurrentProcess();
            process.Kill();
        }

        return observers.Of(baseName);
    }
}
