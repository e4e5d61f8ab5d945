using ExpertCluster.Fabric.Grains;
using ExpertCluster.Fabric.Placement;
using ExpertCluster.Router.Telemetry;
using ExpertCluster.Router.Versions;
using Orleans;

namespace ExpertCluster.Router.Feedback;

/// <summary>Lets other routers ask for what this one remembers, and counts what callers say where the figures of versions and gates are.</summary>
[RouterPlacement]
internal sealed class AskedGrain(AskedRequests asked, VersionBook versions, GateBook gates, RouterMetrics metrics) : Grain, IAskedGrain
{
    public Task<FeedbackEntry?> JudgeAsync(string requestId, bool good)
    {
        if (asked.Find(requestId) is not { } request)
        {
            return Task.FromResult<FeedbackEntry?>(null);
        }

        metrics.Judged(request.Answered[0].Name, good);
        foreach (var expert in request.Answered)
        {
            versions.CountsOf(expert)?.Judge(good);
        }

        gates.Judge(request.GateRevision, good);
        return Task.FromResult<FeedbackEntry?>(new FeedbackEntry
        {
            RequestId = request.Id,
            Good = good,
            Answered = [.. request.Answered.Select(e => e.Name)],
            Model = request.Model,
            Text = request.Text,
        });
    }
}
