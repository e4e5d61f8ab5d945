using System.Collections.Frozen;
using ExpertCluster.Catalogue.Prepared;
using ExpertCluster.Contracts.Completions;
using ExpertCluster.Contracts.Routing;
using ExpertCluster.Router.Discovery;
using ExpertCluster.Router.Versions;

namespace ExpertCluster.Router.Planning;

/// <summary>Which version of each of a plan's experts answers: what the request asks for, else by chance. A canary that can't be used leaves it to what serves.</summary>
internal sealed class VersionChoice(UnusableExperts unusable, VersionMetrics metrics)
{
    /// <param name="plan">Of stable versions.</param>
    /// <param name="canaries">Of the catalogue that the plan was made by.</param>
    /// <param name="wish">The request's; null: none.</param>
    /// <param name="draws">The request's.</param>
    public Plan Choose(Plan plan, FrozenDictionary<string, PreparedVersion> canaries, ExpertVersion? wish, VersionDraws draws) =>
        canaries.Count == 0 || wish == ExpertVersion.Stable || !plan.Experts.Any(e => canaries.ContainsKey(e.Name))
            ? plan
            : plan with
            {
                Experts = [.. plan.Experts.Select(e => canaries.TryGetValue(e.Name, out var canary) ? Choose(e, canary, wish, draws) : e)],
                Parts = [.. plan.Parts.Select(p => Choose(p, canaries, wish, draws))],
            };

    private PlannedExpert Choose(PlannedExpert stable, PreparedVersion canary, ExpertVersion? wish, VersionDraws draws)
    {
        if (wish != ExpertVersion.Canary && !draws.IsDrawn(stable.Name, canary.Percent))
        {
            return stable;
        }

        if (unusable.ReasonOf(canary.Revision) is not null)
        {
            metrics.FellBack(stable.Name);
            return stable;
        }

        return stable with { Revision = canary.Revision, Version = ExpertVersion.Canary };
    }
}
