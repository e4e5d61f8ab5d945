using ExpertCluster.Contracts.Routing;
using ExpertCluster.Router.Backends.Hosts;
using ExpertCluster.Router.Selection;
using ExpertCluster.V1;
using MergeScope = ExpertCluster.Contracts.Completions.MergeScope;
using Plan = ExpertCluster.Contracts.Routing.Plan;

namespace ExpertCluster.Router.Tests.Support;

/// <summary>An answer of fake hosts, opened and read.</summary>
internal static class Streams
{
    public static Task<ResumingStream> OpenAsync(FakeHosts hosts) => OpenAsync(hosts, new GenerateRequest(), TestContext.Current.CancellationToken);

    public static Task<ResumingStream> OpenAsync(FakeHosts hosts, GenerateRequest request, CancellationToken cancellation) =>
        ResumingStream.OpenAsync(hosts.Dispatcher, CallOf(request, DateTime.MaxValue), hosts.Metrics, cancellation);

    /// <summary>A call for one expert.</summary>
    public static HostCall CallOf(GenerateRequest request, DateTime deadline)
    {
        request.Experts.Add(new ExpertRef { Name = "law", Revision = FakeHosts.Revision });
        var plan = new Plan
        {
            Base = "demo",
            BaseRevision = FakeHosts.BaseRevision,
            Merge = "route",
            Form = MergeForm.Route,
            Scope = MergeScope.Request,
            K = 1,
            Experts = [new PlannedExpert("law", 1, FakeHosts.Revision)],
        };
        return new HostCall(request, plan, HostWish.Of(plan.BaseRevision, plan.Experts, promptKey: 0, plan.Labels), deadline);
    }

    /// <summary>The tokens from the current chunk to the end.</summary>
    public static async Task<List<int>> ReadAsync(ResumingStream stream)
    {
        List<int> tokens = [];
        do
        {
            tokens.AddRange(stream.Current.Tokens.Select(token => token.Id));
        }
        while (await stream.MoveNextAsync(TestContext.Current.CancellationToken));

        return tokens;
    }
}
