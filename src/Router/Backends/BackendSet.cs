using ExpertCluster.Contracts;
using ExpertCluster.Contracts.Backends;
using ExpertCluster.Contracts.Failures;
using ExpertCluster.Contracts.Routing;

namespace ExpertCluster.Router.Backends;

/// <summary>Who carries out a plan: the first that serves it, in the order of registration. Backends that are made of others ask it, too, and so it looks when it is asked.</summary>
internal sealed class BackendSet(Func<IEnumerable<IBackend>> all)
{
    private readonly Lazy<IBackend[]> _all = new(() => [.. all()]);

    /// <summary>Makes them now.</summary>
    /// <exception cref="SetupException">A setting names what is not there.</exception>
    public void Require() => _ = _all.Value;

    /// <exception cref="RequestFailedException">Nobody carries out such plans.</exception>
    public IBackend Of(Plan plan) => Array.Find(_all.Value, b => b.Serves(plan)) ?? throw new RequestFailedException(
        FailureKind.Unimplemented,
        $"the merge {plan.Merge} plans {plan.Form} over several bases ({string.Join(", ", plan.Experts.Select(e => e.Name))}), which nobody carries out; ensemble spans bases",
        "merge");
}
