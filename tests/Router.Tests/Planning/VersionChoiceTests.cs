using System.Collections.Frozen;
using ExpertCluster.Catalogue.Prepared;
using ExpertCluster.Contracts.Completions;
using ExpertCluster.Contracts.Routing;
using ExpertCluster.Router.Discovery;
using ExpertCluster.Router.Planning;
using ExpertCluster.Router.Tests.Support;
using ExpertCluster.Router.Versions;
using Microsoft.Extensions.Logging.Abstractions;

namespace ExpertCluster.Router.Tests.Planning;

public sealed class VersionChoiceTests
{
    private readonly VersionMetrics _metrics = new();
    private readonly UnusableExperts _unusable = new(new HostDirectory(), TimeProvider.System, NullLogger<UnusableExperts>.Instance);

    private static readonly Plan Plan = new()
    {
        Base = "demo",
        Merge = "mix",
        Form = MergeForm.Mix,
        Scope = MergeScope.Request,
        K = 3,
        Experts = [new("choice-law", 0.5, "l1"), new("choice-tax", 0.3, "t1"), new("choice-code", 0.2, "c1")],
    };

    [Theory]
    [InlineData(null, 0.5, "l1 t1 c1")]
    [InlineData(null, 0.04, "l2 t1 c1")]
    [InlineData(ExpertVersion.Stable, 0.04, "l1 t1 c1")]
    [InlineData(ExpertVersion.Canary, 0.99, "l2 t2 c1")]
    public void Choose_WishAndChance_DecideWhereThereIsACanary(ExpertVersion? wish, double number, string revisions)
    {
        var plan = Choose(wish, number);

        Assert.Equal(revisions, string.Join(' ', plan.Experts.Select(e => e.Revision)));
        Assert.All(plan.Experts, e => Assert.Equal(e.Revision.EndsWith('2') ? ExpertVersion.Canary : ExpertVersion.Stable, e.Version));
        Assert.Equal(Plan.Experts.Select(e => (e.Name, e.Weight)), plan.Experts.Select(e => (e.Name, e.Weight)));
    }

    [Fact]
    public void Choose_EachExpert_HasADrawOfItsOwn()
    {
        var canaries = new Dictionary<string, PreparedVersion> { ["choice-law"] = Canary("l2", 50), ["choice-tax"] = Canary("t2", 50), ["choice-code"] = Canary("c2", 50) };

        var plan = Choice().Choose(Plan, canaries.ToFrozenDictionary(), wish: null, new VersionDraws(new ScriptedRandom(0.1, 0.9, 0.2)));

        Assert.Equal(["l2", "t1", "c2"], plan.Experts.Select(e => e.Revision));
    }

    [Theory]
    [InlineData(null)]
    [InlineData(ExpertVersion.Canary)]
    public void Choose_CanaryThatCannotBeUsed_LeavesItToTheStableOneAndCounts(ExpertVersion? wish)
    {
        _unusable.Add("choice-law", "l2", "broken");
        double before = _metrics.CanaryFallbacks.WithLabels("choice-law").Value;

        var plan = Choose(wish, 0.04);

        Assert.Equal(("l1", ExpertVersion.Stable), (plan.Experts[0].Revision, plan.Experts[0].Version));
        Assert.Equal(before + 1, _metrics.CanaryFallbacks.WithLabels("choice-law").Value);
    }

    [Fact]
    public void Choose_CanaryThatCannotBeUsedAndIsNotDrawn_IsNotCounted()
    {
        _unusable.Add("choice-law", "l2", "broken");
        double before = _metrics.CanaryFallbacks.WithLabels("choice-law").Value;

        Choose(wish: null, 0.5);
        Choose(ExpertVersion.Stable, 0.04);

        Assert.Equal(before, _metrics.CanaryFallbacks.WithLabels("choice-law").Value);
    }

    [Fact]
    public void Choose_NoCanary_IsThePlanItself() =>
        Assert.Same(Plan, Choice().Choose(Plan, FrozenDictionary<string, PreparedVersion>.Empty, ExpertVersion.Canary, new VersionDraws(new ScriptedRandom(0))));

    /// <summary>Law's canary takes 5 %, tax's only who asks for it, code has none.</summary>
    private Plan Choose(ExpertVersion? wish, double number)
    {
        var canaries = new Dictionary<string, PreparedVersion> { ["choice-law"] = Canary("l2", 5), ["choice-tax"] = Canary("t2", 0) };
        return Choice().Choose(Plan, canaries.ToFrozenDictionary(), wish, new VersionDraws(new ScriptedRandom(number)));
    }

    private VersionChoice Choice() => new(_unusable, _metrics);

    private static PreparedVersion Canary(string revision, int percent) => Catalogues.Version(revision, percent) with { Revision = revision };
}
