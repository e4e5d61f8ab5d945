using ExpertCluster.Catalogue;
using ExpertCluster.Node.Settings;

namespace ExpertCluster.Router.Options;

/// <summary>What the attributes of <see cref="RouterOptions"/> can't say.</summary>
internal sealed class RouterOptionsRules : SettingsRules<RouterOptions>
{
    protected override IEnumerable<(string Property, string Problem)> ProblemsOf(RouterOptions options)
    {
        if (options.OnDemand.Length > 0 && !options.OnDemand.Contains(RouterOptions.NamePlace, StringComparison.Ordinal))
        {
            yield return (nameof(options.OnDemand), $"is '{options.OnDemand}'; it must have {RouterOptions.NamePlace} where the expert's name goes");
        }
        else if (SourceUri.Is(options.OnDemand) && SourceUri.ProblemOf(options.OnDemand) is { } problem)
        {
            yield return (nameof(options.OnDemand), $"is {SourceUri.Shown(options.OnDemand)}: it {problem}");
        }
    }
}
