using ExpertCluster.Node.Settings;

namespace ExpertCluster.Router.Options;

/// <summary>What the lists of <see cref="PolicyOptions"/> hold. Whether a policy bears each name is known when all are registered.</summary>
internal sealed class PolicyOptionsRules : SettingsRules<PolicyOptions>
{
    protected override IEnumerable<(string Property, string Problem)> ProblemsOf(PolicyOptions options)
    {
        if (NameList.Twice(options.HostFilters) is { } filter)
        {
            yield return (nameof(options.HostFilters), $"names {filter} twice");
        }

        if (NameList.WeightProblem(options.HostScorers) is { } problem)
        {
            yield return (nameof(options.HostScorers), problem);
        }
    }
}
