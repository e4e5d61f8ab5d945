using ExpertCluster.Contracts.Backends;
using ExpertCluster.Contracts.Routing;
using ExpertCluster.Router.Demand;
using ExpertCluster.Router.Telemetry;

namespace ExpertCluster.Router.Backends.Hosts;

/// <summary>The cluster's own expert hosts, over gRPC: one host draws the answer; those of other bases contribute to it in lock step.</summary>
internal sealed class HostBackend(Dispatcher dispatcher, DemandMeter demand, RouterMetrics metrics) : IBackend
{
    public string Name => "hosts";

    public bool Serves(Plan plan) => plan is { Remote: null, Parts.Count: 0 } && (!plan.SpansBases || plan.Form == MergeForm.Ensemble);

    public async Task<IAnswerStream> OpenAsync(BackendCall call, CancellationToken cancellation)
    {
        // A copy must not bring a shadow more replicas than the catalogue wishes for it.
        var asked = call.IsCopy ? null : demand.Begin(call.Plan);
        try
        {
            var stream = await ResumingStream.OpenAsync(dispatcher, HostCall.Of(call) with { Asked = asked }, metrics, cancellation);
            asked?.Started();
            return stream;
        }
        catch
        {
            asked?.Dispose();
            throw;
        }
    }
}
