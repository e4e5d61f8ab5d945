using ExpertCluster.Contracts.Completions;
using ExpertCluster.Contracts.Routing;
using ExpertCluster.Router.Merging.Cascades;

namespace ExpertCluster.Router.Tests.Merging.Cascades;

public sealed class CascadePolicyTests
{
    private readonly CascadePolicy _policy = new();

    [Fact]
    public void Gated_TheCheapestIsFirst_AndOfOneCostTheLikeliest()
    {
        var plan = _policy.Plan(Gated(Of("big", 10, 0.3), Of("law", 1, 0.4), Of("tax", 1, 0.2))).Plan!;

        Assert.Equal(["law", "big"], plan.Parts.Select(p => p.Experts.Single().Name));
        Assert.Equal(("cascade", MergeScope.Request, 2, false), (plan.Merge, plan.Scope, plan.K, plan.SpansBases));
        Assert.All(plan.Parts, p => Assert.Equal(("route", MergeForm.Route), (p.Merge, p.Form)));
    }

    [Fact]
    public void Gated_ThreeStages_WhereThatManyAreWanted()
    {
        var context = Gated(Of("law", 1, 0.5), Of("mid", 3, 0.2), Of("big", 10, 0.3)) with { K = 3 };

        Assert.Equal(["law", "mid", "big"], _policy.Plan(context).Plan!.Parts.Select(p => p.Experts.Single().Name));
    }

    [Fact]
    public void Gated_AReserve_IsAskedInTheEnd()
    {
        var context = Gated(Of("law", 1, 0.5), Of("tax", 1, 0.2)) with { Reserves = [Of("cloud", 20, 0).Expert] };

        Assert.Equal(["law", "cloud"], _policy.Plan(context).Plan!.Parts.Select(p => p.Experts.Single().Name));
    }

    [Fact]
    public void Gated_UnlikelyExperts_HaveNoPart()
    {
        var plan = _policy.Plan(Gated(Of("law", 5, 0.9), Of("cheap", 1, 0.01))).Plan!;

        Assert.Empty(plan.Parts);
        Assert.Equal("law", plan.Experts.Single().Name);
        Assert.Equal("merge", plan.Notes.Single().Kind);
    }

    [Fact]
    public void Pinned_AllHaveAPart_ByTheirCost()
    {
        var context = new MergeContext([Of("big", 9, 3), Of("mid", 5, 2), Of("law", 1, 1)], true, MergeScope.Token, null, 8, 0.05);

        Assert.Equal(["law", "mid", "big"], _policy.Plan(context).Plan!.Parts.Select(p => p.Experts.Single().Name));
    }

    [Fact]
    public void OneCost_IsNoCascade_AndThePlanSaysSo()
    {
        var plan = _policy.Plan(Gated(Of("law", 1, 0.6), Of("tax", 1, 0.4))).Plan!;

        Assert.Equal(("law", "route"), (plan.Experts.Single().Name, plan.Merge));
        Assert.Equal("the experts cost the same, so that none is asked before the other; law answers alone", plan.Notes.Single().Text);
    }

    [Fact]
    public void Tools_AreNoCascade()
    {
        var plan = _policy.Plan(Gated(Of("law", 1, 0.6), Of("big", 9, 0.4)) with { HasTools = true }).Plan!;

        Assert.Empty(plan.Parts);
        Assert.Contains("calls of tools", plan.Notes.Single().Text, StringComparison.Ordinal);
        Assert.Empty(_policy.Plan(Gated(Of("law", 1, 0.6), Of("big", 9, 0.4)) with { HasEcho = true }).Plan!.Parts);
    }

    private static MergeContext Gated(params Candidate[] candidates) => new([.. candidates.OrderByDescending(c => c.Weight)], false, MergeScope.Unspecified, null, 8, 0.05);

    private static Candidate Of(string name, double cost, double weight) => new(new RoutableExpert(name, name + "-base", false) { Cost = cost, BaseRevision = "b-" + name, Revision = "r-" + name }, weight);
}
