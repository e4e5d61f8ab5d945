using ExpertCluster.Gating.Routing;
using ExpertCluster.Gating.Serving;

namespace ExpertCluster.Gating.Tests.Routing;

public class RoutingPolicyTests
{
    private static readonly RoutingCatalogue OneBase = new(
        [new("law", "demo", false), new("code", "demo", false), new("finance", "demo", false), new("general", "demo", true)], ["demo"]);

    private static readonly RoutingCatalogue TwoBases = new(
        [new("law", "small", false), new("code", "large", false), new("finance", "small", false), new("general", "small", true)], ["small", "large"]);

    private readonly RoutingPolicy _policy = new(new RoutingOptions());

    [Fact]
    public void Decide_ExpertsOfOneBase_RoutesTokenByTokenWithTheBaseAmongThem()
    {
        var plan = Plan(new RoutingRequest(), OneBase, ("law", 0.55), ("code", 0.4), ("general", 0.04), ("finance", 0.01));
        Assert.Equal((MergeMode.Route, MergeScope.Token, 1, "", "demo"), (plan.Mode, plan.Scope, plan.K, plan.Reason, plan.Base));
        Assert.Equal([new("law", 0.55), new("code", 0.4), new("general", 0.04), new("finance", 0.01)], plan.Experts);
        Assert.NotNull(plan.Scores);
    }

    [Fact]
    public void Decide_MoreExpertsThanCandidates_KeepsTheLikeliestAndTheGeneralist()
    {
        RoutingPolicy narrow = new(new RoutingOptions { Candidates = 1 });
        var decision = narrow.Decide(new RoutingRequest(), OneBase, Scores(("law", 0.5), ("code", 0.3), ("finance", 0.1), ("general", 0.1)));
        Assert.Equal(["law", "general"], decision.Plan!.Experts.Select(e => e.Name));
    }

    [Fact]
    public void Decide_MajorExpertsOnTwoBases_MakesAnEnsembleOfTwo()
    {
        var plan = Plan(new RoutingRequest(), TwoBases, ("law", 0.5), ("code", 0.3), ("finance", 0.15), ("general", 0.05));
        Assert.Equal((MergeMode.Ensemble, MergeScope.Request, 2, true), (plan.Mode, plan.Scope, plan.K, plan.SpansBases));
        Assert.Equal(["law", "code"], plan.Experts.Select(e => e.Name));
        Assert.Equal(0.625, plan.Experts[0].Weight, 1e-9);
    }

    [Fact]
    public void Decide_OtherBaseOnlyMinor_StaysOnTheBestBase()
    {
        var plan = Plan(new RoutingRequest(), TwoBases, ("law", 0.9), ("code", 0.05), ("finance", 0.03), ("general", 0.02));
        Assert.Equal((MergeMode.Route, MergeScope.Token, "small", false), (plan.Mode, plan.Scope, plan.Base, plan.SpansBases));
        Assert.Equal(["law", "finance", "general"], plan.Experts.Select(e => e.Name));
    }

    [Theory]
    [InlineData(0.2, 0.2, PlanReasons.Floor)]
    [InlineData(0.02, 0.9, "")]
    public void Decide_NoExpertAboveTheFloor_LetsTheGeneralistAnswer(double law, double general, string reason)
    {
        var plan = Plan(new RoutingRequest(), OneBase, ("law", law), ("general", general), ("code", law));
        Assert.Equal([new("general", 1)], plan.Experts);
        Assert.Equal((MergeMode.Route, MergeScope.Request, reason), (plan.Mode, plan.Scope, plan.Reason));
    }

    [Fact]
    public void Decide_OperatorsFloor_BeatsTheGates()
    {
        RoutingPolicy low = new(new RoutingOptions { Floor = 0.1 });
        var decision = low.Decide(new RoutingRequest(), OneBase, Scores(("law", 0.2), ("general", 0.8)));
        Assert.Equal(MergeScope.Token, decision.Plan!.Scope);
    }

    [Theory]
    [InlineData(MergeMode.Route, MergeScope.Request, null, 1, "law")]
    [InlineData(MergeMode.Mix, MergeScope.Unspecified, null, 2, "law,code")]
    [InlineData(MergeMode.Mix, MergeScope.Request, 3, 3, "law,code,finance")]
    [InlineData(MergeMode.Mix, MergeScope.Token, 2, 2, "law,code,general,finance")]
    [InlineData(MergeMode.Ensemble, MergeScope.Unspecified, null, 2, "law,code")]
    [InlineData(MergeMode.Ensemble, MergeScope.Request, 4, 4, "law,code,general")]
    public void Decide_ModeAsked_ChoosesItsExperts(MergeMode mode, MergeScope scope, int? k, int expectedK, string expected)
    {
        RoutingRequest request = new() { Mode = mode, Scope = scope, K = k };
        var plan = Plan(request, OneBase, ("law", 0.5), ("code", 0.3), ("general", 0.15), ("finance", 0.05));
        Assert.Equal((mode, expectedK), (plan.Mode, plan.K));
        Assert.Equal(expected.Split(','), plan.Experts.Select(e => e.Name));
        if (plan.Scope is MergeScope.Request)
        {
            Assert.Equal(1, plan.Experts.Sum(e => e.Weight), 1e-9);
        }
    }

    [Theory]
    [InlineData("law", "law", "demo")]
    [InlineData("demo", "demo", "demo")]
    public void Decide_ModelByName_BypassesTheGate(string model, string expert, string @base)
    {
        var plan = Plan(new RoutingRequest { Model = model }, OneBase);
        Assert.Equal((PlanReasons.Named, @base), (plan.Reason, plan.Base));
        Assert.Equal([new(expert, 1)], plan.Experts);
        Assert.Null(plan.Scores);
    }

    [Fact]
    public void Decide_PinnedExperts_AreNormalisedAndBoundTheGate()
    {
        RoutingRequest request = new() { Pinned = [new("code", 1), new("law", 3)] };
        Assert.False(RoutingPolicy.NeedsGate(request, OneBase));
        var plan = Plan(request, OneBase);
        Assert.Equal((MergeMode.Route, MergeScope.Token, PlanReasons.Pinned), (plan.Mode, plan.Scope, plan.Reason));
        Assert.Equal([new("law", 0.75), new("code", 0.25)], plan.Experts);
    }

    [Fact]
    public void Decide_PinnedMixWithoutWeights_WeighsAlike()
    {
        var plan = Plan(new RoutingRequest { Mode = MergeMode.Mix, Pinned = [new("code", 0), new("law", 0), new("finance", 0)] }, OneBase);
        Assert.Equal(3, plan.K);
        Assert.All(plan.Experts, e => Assert.Equal(1.0 / 3, e.Weight, 1e-9));
    }

    [Fact]
    public void Decide_PinnedOnTwoBases_MakesAnEnsembleOfAll()
    {
        var plan = Plan(new RoutingRequest { Pinned = [new("code", 1), new("law", 0.01)] }, TwoBases);
        Assert.Equal((MergeMode.Ensemble, true, 2), (plan.Mode, plan.SpansBases, plan.Experts.Count));
    }

    [Fact]
    public void Decide_OneExpertInTheCatalogue_NeedsNoGate()
    {
        RoutingCatalogue single = new([new("law", "demo", false)], ["demo"]);
        Assert.False(RoutingPolicy.NeedsGate(new RoutingRequest(), single));
        Assert.Equal(PlanReasons.SingleExpert, Plan(new RoutingRequest(), single).Reason);
    }

    [Fact]
    public void Decide_ClassesThatTheCatalogueLost_AreLeftOut()
    {
        var plan = Plan(new RoutingRequest(), OneBase, ("gone", 0.5), ("law", 0.45), ("general", 0.05));
        Assert.Equal(["law", "general"], plan.Experts.Select(e => e.Name));
    }

    [Theory]
    [MemberData(nameof(BadRequests))]
    public void Decide_BadRequest_NamesTheField(RoutingRequest request, RoutingErrorKind kind, string field, string part)
    {
        var decision = _policy.Decide(request, TwoBases, Scores(("law", 0.6), ("code", 0.4)));
        Assert.False(decision.IsPlanned);
        Assert.Equal((kind, field), (decision.Error!.Kind, decision.Error.Field));
        Assert.Contains(part, decision.Error.Message, StringComparison.Ordinal);
    }

    public static TheoryData<RoutingRequest, RoutingErrorKind, string, string> BadRequests() => new()
    {
        { new() { Model = "nobody" }, RoutingErrorKind.UnknownExpert, "model", "\"nobody\"" },
        { new() { Model = new string('x', 500) }, RoutingErrorKind.UnknownExpert, "model", "xxx..." },
        { new() { Model = "law", Pinned = [new("code", 1)] }, RoutingErrorKind.Invalid, "merge.experts", "needs model \"auto\"" },
        { new() { K = 0 }, RoutingErrorKind.Invalid, "merge.k", "merge.k is 0; it must be from 1 to 4" },
        { new() { K = 5 }, RoutingErrorKind.Invalid, "merge.k", "merge.k is 5" },
        { new() { Mode = (MergeMode)9 }, RoutingErrorKind.Invalid, "merge.mode", "merge.mode is 9" },
        { new() { Scope = (MergeScope)9 }, RoutingErrorKind.Invalid, "merge.scope", "merge.scope is 9" },
        { new() { Pinned = [new("law", 1), new("law", 1)] }, RoutingErrorKind.Invalid, "merge.experts", "twice" },
        { new() { Pinned = [new("law", double.NaN)] }, RoutingErrorKind.Invalid, "merge.experts", "the weight NaN" },
        { new() { Pinned = [new("law", -1)] }, RoutingErrorKind.Invalid, "merge.experts", "the weight -1" },
        { new() { Pinned = [new("who", 1)] }, RoutingErrorKind.UnknownExpert, "merge.experts", "\"who\"" },
        { new() { Mode = MergeMode.Mix, Pinned = [new("law", 1), new("code", 1)] }, RoutingErrorKind.Invalid, "merge.experts", "different bases" },
        { new() { Mode = MergeMode.Cascade }, RoutingErrorKind.Unimplemented, "merge.mode", "cascade" },
        { new() { Mode = MergeMode.Ensemble, Scope = MergeScope.Token }, RoutingErrorKind.Unimplemented, "merge.scope", "ensemble works at request scope" },
    };

    [Fact]
    public void Constructor_BadOptions_NamesTheField()
    {
        Assert.Contains("candidates", Assert.Throws<ArgumentException>(() => new RoutingPolicy(new RoutingOptions { Candidates = 0 })).Message, StringComparison.Ordinal);
        Assert.Contains("floor", Assert.Throws<ArgumentException>(() => new RoutingPolicy(new RoutingOptions { Floor = 2 })).Message, StringComparison.Ordinal);
        Assert.Contains("minor", Assert.Throws<ArgumentException>(() => new RoutingPolicy(new RoutingOptions { Minor = double.NaN })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Names_OfPolicies_AreTheClientsWords()
    {
        Assert.Equal(["route", "mix", "ensemble", "cascade"], MergePolicies.Names);
        Assert.True(MergePolicies.TryParse("mix", out var mode));
        Assert.Equal(MergeMode.Mix, mode);
        Assert.False(MergePolicies.TryParse("Mix", out _));
    }

    private static GateScores Scores(params (string Name, double Probability)[] classes) => new()
    {
        Ranked = [.. classes.OrderByDescending(c => c.Probability).Select(c => new ScoredClass(c.Name, c.Probability))],
        Generalist = "general",
        Floor = 0.3,
    };

    private RoutingPlan Plan(RoutingRequest request, RoutingCatalogue catalogue, params (string Name, double Probability)[] classes)
    {
        var decision = _policy.Decide(request, catalogue, classes.Length == 0 ? null : Scores(classes));
        Assert.True(decision.IsPlanned, decision.Error?.Message);
        return decision.Plan;
    }
}
