using ExpertCluster.Contracts;
using ExpertCluster.Contracts.Completions;
using ExpertCluster.Contracts.Failures;
using ExpertCluster.Contracts.Routing;
using ExpertCluster.Router.Merging;
using ExpertCluster.Router.Merging.Cascades;
using ExpertCluster.Router.Planning;

namespace ExpertCluster.Router.Tests.Planning;

public sealed class PlanPolicyTests
{
    private static readonly RoutingCatalogue OneBase = new(
        [new("law", "demo", false), new("code", "demo", false), new("finance", "demo", false), new("general", "demo", true)], [new("demo", "demo", true)]);

    /// <summary>Whose tokenizers are equal.</summary>
    private static readonly RoutingCatalogue TwoBases = TwoBasesOf("v", "v");

    private static readonly RoutingCatalogue TwoTokenizers = TwoBasesOf("v", "w");

    private static readonly PolicySet<IMergePolicy> Merges = new([new RoutePolicy(), new MixPolicy(), new EnsemblePolicy(), new FusionPolicy()]);

    private readonly PlanPolicy _policy = new(Merges, candidates: 8, floor: null);

    [Fact]
    public void Decide_ExpertsOfOneBase_RoutesTokenByTokenWithTheBaseAmongThem()
    {
        var plan = PlanOf(new CompletionRequest(), OneBase, ("law", 0.55), ("code", 0.4), ("general", 0.04), ("finance", 0.01));
        Assert.Equal((MergeForm.Route, MergeScope.Token, 1, "", "demo"), (plan.Form, plan.Scope, plan.K, plan.Reason, plan.Base));
        Assert.Equal([new("law", 0.55), new("code", 0.4), new("general", 0.04), new("finance", 0.01)], plan.Experts);
        Assert.NotNull(plan.Scores);
    }

    [Fact]
    public void Decide_MoreExpertsThanCandidates_KeepsTheLikeliestAndTheGeneralist()
    {
        PlanPolicy narrow = new(Merges, candidates: 1, floor: null);
        var decision = narrow.Decide(new CompletionRequest(), OneBase, PlanBounds.Open, Scores(("law", 0.5), ("code", 0.3), ("finance", 0.1), ("general", 0.1)));
        Assert.Equal(["law", "general"], decision.Plan!.Experts.Select(e => e.Name));
    }

    /// <summary>A token can mix as many as are asked for, whatever is usual.</summary>
    [Theory]
    [InlineData("mix", 2, 3)]
    [InlineData("mix", 3, 4)]
    [InlineData("ensemble", 3, 3)]
    public void Decide_MoreAtOnceThanCandidates_HasAsManyToChooseAmong(string merge, int k, int experts)
    {
        PlanPolicy narrow = new(Merges, candidates: 1, floor: null);
        var decision = narrow.Decide(
            new CompletionRequest { Merge = new MergeWish { Name = merge, Scope = MergeScope.Token, K = k } }, OneBase, PlanBounds.Open, Scores(("law", 0.5), ("code", 0.3), ("finance", 0.1), ("general", 0.1)));
        Assert.Equal((MergeScope.Token, k, experts), (decision.Plan!.Scope, decision.Plan.K, decision.Plan.Experts.Count));
    }

    [Fact]
    public void Decide_MajorExpertsOnTwoBases_MakesAnEnsembleOfTwo()
    {
        var plan = PlanOf(new CompletionRequest(), TwoBases, ("law", 0.5), ("code", 0.3), ("finance", 0.15), ("general", 0.05));
        Assert.Equal((MergeForm.Ensemble, MergeScope.Request, 2, true), (plan.Form, plan.Scope, plan.K, plan.SpansBases));
        Assert.Equal(["law", "code"], plan.Experts.Select(e => e.Name));
        Assert.Equal(0.625, plan.Experts[0].Weight, 1e-9);
    }

    [Fact]
    public void Decide_OtherBaseOnlyMinor_StaysOnTheBestBase()
    {
        var plan = PlanOf(new CompletionRequest(), TwoBases, ("law", 0.9), ("code", 0.05), ("finance", 0.03), ("general", 0.02));
        Assert.Equal((MergeForm.Route, MergeScope.Token, "small", false), (plan.Form, plan.Scope, plan.Base, plan.SpansBases));
        Assert.Equal(["law", "finance", "general"], plan.Experts.Select(e => e.Name));
    }

    [Theory]
    [InlineData(0.02, 0.9)]
    [InlineData(0.29, 0.3)]
    public void Decide_GeneralistLeads_AnswersAlone(double law, double general)
    {
        var plan = PlanOf(new CompletionRequest(), OneBase, ("general", general), ("law", law), ("code", law));
        Assert.Equal([new("general", 1)], plan.Experts);
        Assert.Equal((MergeForm.Route, MergeScope.Request, ""), (plan.Form, plan.Scope, plan.Reason));
    }

    /// <summary>As behind a page of small talk: the tokens themselves say whose they are.</summary>
    [Theory]
    [InlineData(0.2, 0.1)]
    [InlineData(0.29, 0.28)]
    public void Decide_ExpertLeadsBelowTheFloor_StaysACandidateBesideTheGeneralist(double law, double general)
    {
        var plan = PlanOf(new CompletionRequest(), OneBase, ("law", law), ("general", general), ("code", 0.05));
        Assert.Equal([new("general", law), new("law", law), new("code", 0.05)], plan.Experts);
        Assert.Equal((MergeForm.Route, MergeScope.Token, PlanReasons.Floor), (plan.Form, plan.Scope, plan.Reason));
        Assert.NotNull(plan.Scores);
    }

    [Theory]
    [InlineData("route", MergeScope.Request)]
    [InlineData("ensemble", MergeScope.Unspecified)]
    public void Decide_ExpertLeadsBelowTheFloorWhereOneAnswersAll_LetsTheGeneralistAnswer(string merge, MergeScope scope)
    {
        CompletionRequest request = new() { Merge = new MergeWish { Name = merge, Scope = scope } };
        var plan = PlanOf(request, OneBase, ("law", 0.25), ("general", 0.2));
        Assert.Equal([new("general", 1)], plan.Experts);
        Assert.Equal((MergeScope.Request, PlanReasons.Floor), (plan.Scope, plan.Reason));
    }

    [Fact]
    public void Decide_ExpertLeadsBelowTheFloorOnAnotherBase_LetsTheGeneralistAnswer()
    {
        var plan = PlanOf(new CompletionRequest(), TwoBases, ("code", 0.25), ("general", 0.2));
        Assert.Equal([new("general", 1)], plan.Experts);
        Assert.Equal((PlanReasons.Floor, "small"), (plan.Reason, plan.Base));
    }

    [Fact]
    public void Decide_LikeliestMayNotAnswer_TheNextDoesAndThePlanSaysWhy()
    {
        var plan = _policy.Decide(new CompletionRequest(), OneBase, Without("law", "finance"), Scores(("law", 0.5), ("code", 0.4), ("finance", 0.05), ("general", 0.05))).Plan!;
        Assert.Equal(["code", "general"], plan.Experts.Select(e => e.Name));
        Assert.Equal([new PlanNote("denied", "law", "law is not allowed")], plan.Notes);
        Assert.Equal("law", plan.Scores!.Ranked[0].Name);
    }

    [Fact]
    public void Decide_NobodyLikelyMayAnswer_TheGeneralistDoes()
    {
        var plan = _policy.Decide(new CompletionRequest(), OneBase, Without("law"), Scores(("law", 0.9), ("code", 0.05), ("general", 0.05))).Plan!;
        Assert.Equal(("code", PlanReasons.Floor), (plan.Experts[1].Name, plan.Reason));
        Assert.Equal("general", plan.Experts[0].Name);
    }

    /// <summary>A caller who allows law alone wants law, however unlikely.</summary>
    [Fact]
    public void Decide_OnlyOneMayAnswer_DoesSoBelowTheFloorToo()
    {
        var plan = _policy.Decide(new CompletionRequest(), OneBase, Without("code", "finance", "general"), Scores(("code", 0.9), ("law", 0.01), ("general", 0.09))).Plan!;
        Assert.Equal([new("law", 1)], plan.Experts);
    }

    [Fact]
    public void Decide_NobodyMayAnswer_TellsWhyTheLikeliestMayNot()
    {
        var decision = _policy.Decide(new CompletionRequest(), OneBase, Without("law", "code", "finance", "general"), Scores(("law", 0.9), ("general", 0.1)));
        Assert.Equal((FailureKind.Forbidden, "law is not allowed"), (decision.Failure!.Kind, decision.Failure.Message));
    }

    [Fact]
    public void Decide_NamedOrPinnedExpertMayNotAnswer_IsRefused()
    {
        Assert.Equal("law is not allowed", _policy.Decide(new CompletionRequest { Model = "law" }, OneBase, Without("law"), null).Failure!.Message);
        CompletionRequest pinned = new() { Merge = new MergeWish { Experts = [new("code", 1), new("law", 3)] } };
        Assert.Equal("law is not allowed", _policy.Decide(pinned, OneBase, Without("law"), null).Failure!.Message);
        Assert.True(_policy.Decide(pinned, OneBase, Without("finance"), null).IsPlanned);
    }

    [Theory]
    [InlineData(0.37, "code", 1)]
    [InlineData(0.35, "law", 0)]
    public void Decide_BusyExpertAndANearlyEqualFreeOne_TheFreeOneGoesFirst(double code, string first, int notes)
    {
        var bounds = PlanBounds.Open with { IsBusy = e => e.Name == "law" };
        CompletionRequest request = new() { Merge = new MergeWish { Name = "route", Scope = MergeScope.Request } };
        var plan = _policy.Decide(request, TwoBases, bounds, Scores(("law", 0.4), ("code", code), ("general", 0.2))).Plan!;
        Assert.Equal((first, notes), (plan.Experts.Single().Name, plan.Notes.Count(n => n is { Kind: "busy", Expert: "law" })));
    }

    [Fact]
    public void Decide_AllAreBusy_TheLikeliestGoesFirst()
    {
        var plan = _policy.Decide(new CompletionRequest(), OneBase, PlanBounds.Open with { IsBusy = _ => true }, Scores(("law", 0.4), ("code", 0.39), ("general", 0.2))).Plan!;
        Assert.Equal(("law", 0), (plan.Experts[0].Name, plan.Notes.Count));
    }

    [Fact]
    public void Decide_OperatorsFloor_BeatsTheGates()
    {
        PlanPolicy low = new(Merges, candidates: 8, floor: 0.1);
        var decision = low.Decide(new CompletionRequest(), OneBase, PlanBounds.Open, Scores(("law", 0.2), ("general", 0.8)));
        Assert.Equal(MergeScope.Token, decision.Plan!.Scope);
    }

    [Theory]
    [InlineData("route", MergeScope.Request, null, 1, "law")]
    [InlineData("mix", MergeScope.Unspecified, null, 2, "law,code")]
    [InlineData("mix", MergeScope.Request, 3, 3, "law,code,finance")]
    [InlineData("mix", MergeScope.Token, 2, 2, "law,code,general,finance")]
    [InlineData("ensemble", MergeScope.Unspecified, null, 2, "law,code")]
    [InlineData("ensemble", MergeScope.Request, 4, 4, "law,code,general")]
    [InlineData("ensemble", MergeScope.Token, null, 2, "law,code")]
    [InlineData("ensemble", MergeScope.Token, 4, 4, "law,code,general,finance")]
    public void Decide_ModeAsked_ChoosesItsExperts(string merge, MergeScope scope, int? k, int expectedK, string expected)
    {
        CompletionRequest request = new() { Merge = new MergeWish { Name = merge, Scope = scope, K = k } };
        var plan = PlanOf(request, OneBase, ("law", 0.5), ("code", 0.3), ("general", 0.15), ("finance", 0.05));
        Assert.Equal((merge, merge, expectedK), (plan.Merge, MergeNameOf(plan.Form), plan.K));
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
        var plan = PlanOf(new CompletionRequest { Model = model }, OneBase);
        Assert.Equal((PlanReasons.Named, @base), (plan.Reason, plan.Base));
        Assert.Equal([new(expert, 1)], plan.Experts);
        Assert.Null(plan.Scores);
    }

    [Fact]
    public void Decide_PinnedExperts_AreNormalisedAndBoundTheGate()
    {
        CompletionRequest request = new() { Merge = new MergeWish { Experts = [new("code", 1), new("law", 3)] } };
        Assert.False(PlanPolicy.NeedsGate(request, OneBase));
        var plan = PlanOf(request, OneBase);
        Assert.Equal((MergeForm.Route, MergeScope.Token, PlanReasons.Pinned), (plan.Form, plan.Scope, plan.Reason));
        Assert.Equal([new("law", 0.75), new("code", 0.25)], plan.Experts);
    }

    [Fact]
    public void Decide_PinnedMixWithoutWeights_WeighsAlike()
    {
        var plan = PlanOf(new CompletionRequest { Merge = new MergeWish { Name = "mix", Experts = [new("code", 0), new("law", 0), new("finance", 0)] } }, OneBase);
        Assert.Equal(3, plan.K);
        Assert.All(plan.Experts, e => Assert.Equal(1.0 / 3, e.Weight, 1e-9));
    }

    [Fact]
    public void Decide_PinnedOnTwoBases_MakesAnEnsembleOfAll()
    {
        var plan = PlanOf(new CompletionRequest { Merge = new MergeWish { Experts = [new("code", 1), new("law", 0.01)] } }, TwoBases);
        Assert.Equal((MergeForm.Ensemble, true, 2), (plan.Form, plan.SpansBases, plan.Experts.Count));
        Assert.Equal(("large", "small"), (plan.Base, Assert.Single(plan.OtherBases).Name));
        Assert.Equal(["", "small"], plan.Experts.Select(e => e.Base));
    }

    /// <summary>A host of each base must have its own experts' labels, and what the request asks for; not those of the others.</summary>
    [Fact]
    public void Decide_OnTwoBases_LabelsAreThoseOfEachBasesOwnExperts()
    {
        RoutingCatalogue labelled = new(TwoBases.Experts.Select(e => e with { Labels = [$"field={e.Name}"], BaseRevision = e.Base + "-1" }), []);
        var plan = PlanConstraints.Of(new RoutingWish { Labels = ["zone=a"] }, []).Onto(
            PlanOf(new CompletionRequest { Merge = new MergeWish { Name = "ensemble", Experts = [new("code", 3), new("law", 1), new("finance", 1)] } }, labelled));

        Assert.Equal(["field=code", "zone=a"], plan.Labels);
        var other = Assert.Single(plan.OtherBases);
        Assert.Equal(("small", "small-1"), (other.Name, other.Revision));
        Assert.Equal(["field=law", "field=finance", "zone=a"], other.Labels);
    }

    public static TheoryData<MergeWish, MergeForm, string[], string> NextBest => new()
    {
        // Whose tokens can't be merged is left out, whatever it weighs.
        { new() { Name = "ensemble", Experts = [new("law", 2), new("code", 1), new("finance", 1)] }, MergeForm.Ensemble, ["law", "finance"], "code has another tokenizer than law" },
        { new() { Name = "ensemble", Experts = [new("code", 2), new("law", 1), new("finance", 1)] }, MergeForm.Route, ["code"], "law has another tokenizer than code" },
        { new() { Experts = [new("code", 2), new("law", 1)] }, MergeForm.Route, ["code"], "law has another tokenizer than code" },
        { new() { Name = "mix", Experts = [new("code", 2), new("law", 1)] }, MergeForm.Route, ["code"], "whose weights can't be mixed" },
        { new() { Name = "route", Scope = MergeScope.Token, Experts = [new("law", 1), new("code", 2)] }, MergeForm.Route, ["code"], "between which no token can change" },
    };

    /// <summary>Where experts are is nobody's mistake: the next best is done, and said.</summary>
    [Theory]
    [MemberData(nameof(NextBest))]
    public void Decide_WhatTheirTokenizersDoNotAllow_IsDoneOtherwise(MergeWish wish, MergeForm form, string[] experts, string note)
    {
        var plan = PlanOf(new CompletionRequest { Merge = wish }, TwoTokenizers);

        Assert.Equal((form, MergeScope.Request, false), (plan.Form, plan.Scope, plan.SpansBases));
        Assert.Equal(experts, plan.Experts.Select(e => e.Name));
        Assert.Equal(1, plan.Experts.Sum(e => e.Weight), 9);
        Assert.Equal(PlanNoteKinds.Merge, plan.Notes[0].Kind);
        Assert.Contains(note, string.Join(' ', plan.Notes.Select(n => n.Text)), StringComparison.Ordinal);
    }

    /// <summary>Of the likeliest one's base, experts change token by token as ever.</summary>
    [Fact]
    public void Decide_MajorExpertsOfTwoTokenizers_StaysOnTheBestBaseAndSaysSo()
    {
        var plan = PlanOf(new CompletionRequest(), TwoTokenizers, ("law", 0.5), ("code", 0.3), ("finance", 0.15), ("general", 0.05));

        Assert.Equal((MergeForm.Route, MergeScope.Token, "small", false), (plan.Form, plan.Scope, plan.Base, plan.SpansBases));
        Assert.Equal(["law", "finance", "general"], plan.Experts.Select(e => e.Name));
        Assert.Equal([(PlanNoteKinds.Merge, "code")], plan.Notes.Select(n => (n.Kind, n.Expert)));
    }

    [Fact]
    public void Decide_MixOnTwoBasesOfOneTokenizer_MergesTheirTokens()
    {
        var plan = PlanOf(new CompletionRequest { Merge = new MergeWish { Name = "mix", Scope = MergeScope.Token, Experts = [new("law", 1), new("code", 1)] } }, TwoBases);

        Assert.Equal(("ensemble", MergeForm.Ensemble, MergeScope.Request, true), (plan.Merge, plan.Form, plan.Scope, plan.SpansBases));
        Assert.Equal([PlanNoteKinds.Merge], plan.Notes.Select(n => n.Kind));
    }

    /// <summary>The gate of a base knows its own experts alone.</summary>
    [Fact]
    public void Decide_EnsembleAtTokenScopeOnTwoBases_KeepsTheRequestsWeightsAndSaysSo()
    {
        var plan = PlanOf(new CompletionRequest { Merge = new MergeWish { Name = "ensemble", Scope = MergeScope.Token, Experts = [new("law", 3), new("code", 1)] } }, TwoBases);

        Assert.Equal((MergeForm.Ensemble, MergeScope.Request, true), (plan.Form, plan.Scope, plan.SpansBases));
        Assert.Equal([0.75, 0.25], plan.Experts.Select(e => e.Weight));
        Assert.Equal([(PlanNoteKinds.Merge, "no gate weighs experts of several bases token by token; their weights are those of the whole request")], plan.Notes.Select(n => (n.Kind, n.Text)));
    }

    [Theory]
    [InlineData(1, true)]
    [InlineData(2, false)]
    public void Decide_EnsembleAtTokenScopeThatCannotBe_IsOfRequestScope(int k, bool hasGate)
    {
        RoutingCatalogue catalogue = new([.. OneBase.Experts.Select(e => e with { HasTokenGate = hasGate })], []);
        var plan = PlanOf(new CompletionRequest { Merge = new MergeWish { Name = "ensemble", Scope = MergeScope.Token, K = k } }, catalogue, ("law", 0.5), ("code", 0.5));

        Assert.Equal((MergeScope.Request, k), (plan.Scope, plan.Experts.Count));
        Assert.Equal(hasGate ? [] : [PlanNoteKinds.Scope], plan.Notes.Select(n => n.Kind));
    }

    [Theory]
    [InlineData(MergeScope.Unspecified, MergeScope.Token, null, 0.25, 4)]
    [InlineData(MergeScope.Token, MergeScope.Token, 1.5, 1.5, 4)]
    [InlineData(MergeScope.Request, MergeScope.Request, null, 0.25, 1)]
    public void Decide_Fusion_IsRouteWithAWeightOfTheGeneralist(MergeScope scope, MergeScope expectedScope, double? weight, double expected, int experts)
    {
        var plan = PlanOf(
            new CompletionRequest { Merge = new MergeWish { Name = "fusion", Scope = scope, GeneralistWeight = weight } }, OneBase, ("law", 0.5), ("code", 0.3), ("general", 0.15), ("finance", 0.05));

        Assert.Equal(("fusion", MergeForm.Route, expectedScope, expected, experts), (plan.Merge, plan.Form, plan.Scope, plan.GeneralistWeight, plan.Experts.Count));
        Assert.Equal(0, PlanOf(new CompletionRequest(), OneBase, ("law", 0.5)).GeneralistWeight);
    }

    /// <summary>What the request says goes before the router's setting; no other plan has any.</summary>
    [Theory]
    [InlineData(null, MergeScope.Unspecified, 0.1)]
    [InlineData(0.0, MergeScope.Unspecified, 0)]
    [InlineData(0.3, MergeScope.Token, 0.3)]
    [InlineData(null, MergeScope.Request, 0)]
    public void Decide_Hysteresis_IsOfRouteAtTokenScope(double? asked, MergeScope scope, double expected)
    {
        PlanPolicy policy = new(Merges, candidates: 8, floor: null, hysteresis: 0.1);
        var scores = Scores(("law", 0.5), ("code", 0.5));

        Assert.Equal(expected, policy.Decide(new CompletionRequest { Merge = new MergeWish { Scope = scope, Hysteresis = asked } }, OneBase, PlanBounds.Open, scores).Plan!.Hysteresis);
        Assert.Equal(0, policy.Decide(new CompletionRequest { Merge = new MergeWish { Name = "mix", Scope = MergeScope.Token } }, OneBase, PlanBounds.Open, scores).Plan!.Hysteresis);
    }

    /// <summary>An earlier program prepared it.</summary>
    [Fact]
    public void Decide_TokenizersThatAreNotKnown_AreTakenForDifferent() =>
        Assert.False(PlanOf(new CompletionRequest { Merge = new MergeWish { Experts = [new("code", 1), new("law", 1)] } }, TwoBasesOf("", "")).SpansBases);

    [Fact]
    public void Decide_OneExpertInTheCatalogue_NeedsNoGate()
    {
        RoutingCatalogue single = new([new("law", "demo", false)], [new("demo", "demo", true)]);
        Assert.False(PlanPolicy.NeedsGate(new CompletionRequest(), single));
        Assert.Equal(PlanReasons.SingleExpert, PlanOf(new CompletionRequest(), single).Reason);
    }

    [Fact]
    public void Decide_ClassesThatTheCatalogueLost_AreLeftOut()
    {
        var plan = PlanOf(new CompletionRequest(), OneBase, ("gone", 0.5), ("law", 0.45), ("general", 0.05));
        Assert.Equal(["law", "general"], plan.Experts.Select(e => e.Name));
    }

    [Fact]
    public void Decide_CascadeBelowTheFloor_StillHasSomebodyBehindTheDraft()
    {
        RoutableExpert[] experts =
        [
            new("law", "demo", false), new("general", "demo", true),
            new("cloud", "cloud", false) { Remote = new RemoteModel { Url = "https://a/v1", Model = "m" }, IsGated = false, HasTokenGate = false, Cost = 20 },
        ];
        PlanPolicy policy = new(new PolicySet<IMergePolicy>([new RoutePolicy(), new CascadePolicy()]), candidates: 8, floor: 0.5);
        var plan = policy.Decide(new CompletionRequest { Merge = new() { Name = "cascade" } }, new RoutingCatalogue(experts, []), PlanBounds.Open, Scores(("law", 0.2), ("general", 0.8))).Plan!;

        Assert.Equal(["general", "cloud"], plan.Parts.Select(p => p.Experts.Single().Name));
        Assert.Equal(PlanReasons.Floor, plan.Reason);
    }

    [Fact]
    public void Decide_MergeThatRefuses_SaysSoInItsOwnWords()
    {
        PlanPolicy own = new(new PolicySet<IMergePolicy>([new Refusing()]), candidates: 8, floor: null);
        var decision = own.Decide(new CompletionRequest { Merge = new() { Name = "refusing" } }, TwoBases, PlanBounds.Open, Scores(("law", 0.6), ("code", 0.4)));

        Assert.Equal((FailureKind.Unimplemented, "merge.mode", "not today"), (decision.Failure!.Kind, decision.Failure.Field, decision.Failure.Message));
    }

    [Fact]
    public void Decide_MergeOfOnesOwn_IsFoundByItsName()
    {
        PlanPolicy own = new(new PolicySet<IMergePolicy>([new RoutePolicy(), new Second()]), candidates: 8, floor: null);

        var decision = own.Decide(new CompletionRequest { Merge = new MergeWish { Name = "second" } }, OneBase, PlanBounds.Open, Scores(("law", 0.6), ("code", 0.4)));

        Assert.Equal(("second", MergeForm.Route, "code"), (decision.Plan!.Merge, decision.Plan.Form, decision.Plan.Experts.Single().Name));
    }

    /// <summary>A base of more experts than a token gate tells apart.</summary>
    [Theory]
    [InlineData(null, MergeScope.Unspecified, MergeForm.Route, 1)]
    [InlineData("route", MergeScope.Token, MergeForm.Route, 1)]
    [InlineData("mix", MergeScope.Token, MergeForm.Mix, 2)]
    public void Decide_BaseWithoutATokenGate_PlansAtRequestScopeAndSaysSo(string? merge, MergeScope scope, MergeForm form, int experts)
    {
        RoutingCatalogue many = new(OneBase.Experts.Select(e => e with { HasTokenGate = false }), []);
        CompletionRequest request = new() { Merge = new MergeWish { Name = merge, Scope = scope } };
        var plan = PlanOf(request, many, ("law", 0.6), ("code", 0.3), ("general", 0.1));
        Assert.Equal((form, MergeScope.Request, experts), (plan.Form, plan.Scope, plan.Experts.Count));
        Assert.Equal([new PlanNote(PlanNoteKinds.Scope, "", "base demo has no token gate, so the plan is of request scope")], plan.Notes);
    }

    [Fact]
    public void Decide_BaseWithoutATokenGateAtRequestScope_HasNothingToSay()
    {
        RoutingCatalogue many = new(OneBase.Experts.Select(e => e with { HasTokenGate = false }), []);
        CompletionRequest request = new() { Merge = new MergeWish { Name = "ensemble" } };
        Assert.Empty(PlanOf(request, many, ("law", 0.6), ("code", 0.3), ("general", 0.1)).Notes);
    }

    private static RoutingCatalogue TwoBasesOf(string small, string large) => new(
        [
            new("law", "small", false) { Vocabulary = small },
            new("code", "large", false) { Vocabulary = large },
            new("finance", "small", false) { Vocabulary = small },
            new("general", "small", true) { Vocabulary = small },
        ],
        [new("small", "small", true), new("large", "large", true)]);

    private static PlanBounds Without(params string[] names) => PlanBounds.Open with
    {
        ProblemOf = e => names.Contains(e.Name)
            ? new ExpertProblem(new PlanNote("denied", e.Name, $"{e.Name} is not allowed"), new Failure(FailureKind.Forbidden, $"{e.Name} is not allowed", "model"))
            : null,
    };

    private static string MergeNameOf(MergeForm form) => form switch
    {
        MergeForm.Route => "route",
        MergeForm.Mix => "mix",
        _ => "ensemble",
    };

    private static GateScores Scores(params (string Name, double Probability)[] classes) => new()
    {
        Ranked = [.. classes.OrderByDescending(c => c.Probability).Select(c => new ScoredClass(c.Name, c.Probability))],
        Generalist = "general",
        Floor = 0.3,
    };

    private Plan PlanOf(CompletionRequest request, RoutingCatalogue catalogue, params (string Name, double Probability)[] classes)
    {
        var decision = _policy.Decide(request, catalogue, PlanBounds.Open, classes.Length == 0 ? null : Scores(classes));
        Assert.True(decision.IsPlanned, decision.Failure?.Message);
        return decision.Plan;
    }

    /// <summary>Who asks for it gets the second best.</summary>
    private sealed class Second : IMergePolicy
    {
        public string Name => "second";

        public PlanDecision Plan(MergeContext context) =>
            PlanDecision.Of(MergeContext.Plan(Name, MergeForm.Route, MergeScope.Request, 1, [context.Candidates[1]], normalise: true));
    }

    private sealed class Refusing : IMergePolicy
    {
        public string Name => "refusing";

        public PlanDecision Plan(MergeContext context) => PlanDecision.Fail(FailureKind.Unimplemented, "merge.mode", "not today");
    }
}
