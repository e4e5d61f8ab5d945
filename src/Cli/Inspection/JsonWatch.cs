using ExpertCluster.V1;

namespace ExpertCluster.Cli.Inspection;

/// <summary>Each message as it comes, on a line of its own.</summary>
internal sealed class JsonWatch(TextWriter output) : IWatchView
{
    public void Begin()
    {
        // Whoever reads it sees the whole list again.
    }

    public void Show(WatchExpertsResponse message) => output.WriteLine(StatusJson.LineOf(message));
}
