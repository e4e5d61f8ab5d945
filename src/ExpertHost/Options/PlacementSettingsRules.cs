using ExpertCluster.Node.Settings;

namespace ExpertCluster.ExpertHost.Options;

/// <summary>What crosses the settings of <see cref="PlacementSettings"/>: shares that must be in their order, or replicas would go to and fro.</summary>
internal sealed class PlacementSettingsRules : SettingsRules<PlacementSettings>
{
    protected override IEnumerable<(string Property, string Problem)> ProblemsOf(PlacementSettings options)
    {
        if (options.AimUse < options.DownUse || options.AimUse > options.UpUse)
        {
            yield return (nameof(options.AimUse), FormattableString.Invariant(
                $"is {options.AimUse}; it must be from {nameof(options.DownUse)} ({options.DownUse}) to {nameof(options.UpUse)} ({options.UpUse})"));
        }

        if (options.BaseDownUse > options.BaseUpUse)
        {
            yield return (nameof(options.BaseDownUse), FormattableString.Invariant(
                $"is {options.BaseDownUse}; it must be at most {nameof(options.BaseUpUse)} ({options.BaseUpUse})"));
        }
    }
}
