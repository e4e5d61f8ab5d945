using ExpertCluster.Contracts;
using ExpertCluster.Contracts.Selection;
using ExpertCluster.Router;
using ExpertCluster.Router.Options;
using ExpertCluster.Router.Selection;
using ExpertCluster.Simulation.Clusters;
using ExpertCluster.Simulation.Options;
using Microsoft.Extensions.DependencyInjection;

namespace ExpertCluster.Simulation.Choosing;

/// <summary>The router's own filters, scorers and picker, by their names. The one place that knows how the router's choice is made.</summary>
internal sealed class ProductChooser : IHostChooser
{
    private static readonly string[] NoExperts = [];

    private readonly HostSelector _selector;
    private readonly WarmthScorer _warmth = new();
    private readonly WarmReplicas _warm;

    /// <exception cref="SetupException">A filter or scorer is unknown.</exception>
    public ProductChooser(SimulationOptions options, WarmReplicas warm)
    {
        _warm = warm;
        ServiceCollection services = new();
        Policies.Add(services);
        services.AddSingleton<IHostScorer>(_warmth);
        using var provider = services.BuildServiceProvider();
        _selector = new HostSelector(
            new PolicySet<IHostFilter>(provider.GetServices<IHostFilter>()),
            // The product's own is told of warmth by its candidates; these here are shared by all requests.
            new PolicySet<IHostScorer>(provider.GetServices<IHostScorer>().Where(s => s is not WarmScorer)),
            new PolicySet<IHostPicker>(provider.GetServices<IHostPicker>()),
            new PolicyOptions { HostFilters = options.HostFilters, HostScorers = options.HostScorers });
    }

    public SimulatedHost Choose(BaseMembers members, SimulatedRequest request)
    {
        _warmth.WarmOn = _warm.HostsOf(request.Expert);
        string chosen = _selector.Choose(members.Candidates, new HostChoice(NoExperts, request.PromptKey))!.Value.Name;
        return members.HostOf(chosen);
    }
}
