using ExpertCluster.Cli.Evaluation;
using ExpertCluster.V1;

namespace ExpertCluster.Cli.Tests.Evaluation;

public sealed class StrategyTests
{
    private static readonly string[] Specialists = ["finance", "law", "code"];
    private static readonly IReadOnlyList<Strategy> All = Strategy.All("general", Specialists);

    private static readonly EvalCase Law = new("Who?", "She.", ["law"]);
    private static readonly EvalCase Compound = new("Who? What?", "She. It.", ["law", "code"], ["She.", "It."]);

    [Theory]
    [InlineData("generalist alone", "general")]
    [InlineData("right expert (compound: the first field's)", "law")]
    [InlineData("wrong expert", "code")]
    [InlineData("largest class (always finance)", "finance")]
    [InlineData("default plan: `route`, token scope", "auto")]
    public void Request_Named_AsksThatModel(string strategy, string model)
    {
        var request = Of(strategy).Request(Law, 0);

        Assert.Equal((model, null), (request.Model, request.Merge));
    }

    [Theory]
    [InlineData("`route`, request scope", MergeMode.Route, MergeScope.Request, 1)]
    [InlineData("`ensemble` of 2, request scope", MergeMode.Ensemble, MergeScope.Request, 2)]
    [InlineData("`mix` of 2, request scope", MergeMode.Mix, MergeScope.Request, 2)]
    [InlineData("`mix` of 2, token scope", MergeMode.Mix, MergeScope.Token, 2)]
    [InlineData("`ensemble` of 2, token scope", MergeMode.Ensemble, MergeScope.Token, 2)]
    public void Request_Merge_IsAskedOfTheGate(string strategy, MergeMode mode, MergeScope scope, int k)
    {
        var request = Of(strategy).Request(Law, 0);

        Assert.Equal(("auto", mode, scope, k), (request.Model, request.Merge.Mode, request.Merge.Scope, request.Merge.K));
    }

    [Theory]
    [InlineData("`fusion` with a generalist's weight of 0.25", "fusion", 0.25, false)]
    [InlineData("`route`, token scope, hysteresis 0.1", "route", 0.1, true)]
    public void Request_NumberOfAMerge_IsAsked(string strategy, string name, double number, bool isHysteresis)
    {
        var merge = Of(strategy).Request(Law, 0).Merge;

        Assert.Equal((name, isHysteresis, !isHysteresis), (merge.Name, merge.HasHysteresis, merge.HasGeneralistWeight));
        Assert.Equal(number, isHysteresis ? merge.Hysteresis : merge.GeneralistWeight);
    }

    [Fact]
    public void Request_Any_IsGreedyAndAsksTheCase()
    {
        Assert.All(All, strategy =>
        {
            var request = strategy.Request(Law, 3);
            Assert.Equal(("user", "Who?"), (request.Messages.Messages_.Single().Role, request.Messages.Messages_.Single().Content));
            Assert.Equal(0, request.Sampling.Temperature);
        });
    }

    [Fact]
    public void Request_History_StandsBeforeTheCase()
    {
        var request = Of("generalist alone").Request(Law with { History = [new("user", "Hi."), new("assistant", "Hello.")] }, 0);

        Assert.Equal([("user", "Hi."), ("assistant", "Hello."), ("user", "Who?")], request.Messages.Messages_.Select(m => (m.Role, m.Content)));
    }

    [Fact]
    public void Request_WrongExpert_KnowsNoneOfTheFields()
    {
        Assert.Equal("finance", Of("wrong expert").Request(Compound, 0).Model);
        Assert.Equal("finance", Of("wrong expert").Request(new EvalCase("?", "!", ["general"]), 0).Model);
    }

    [Fact]
    public void Request_RandomExpert_IsTheSameInEachRunAndOfAllExperts()
    {
        string[] drawn = [.. Enumerable.Range(0, 100).Select(i => Of("random expert").Request(Law, i).Model)];

        Assert.Equal(Specialists.Order(), drawn.Distinct().Order());
        var again = Strategy.All("general", Specialists).Single(s => s.Name == "random expert");
        Assert.Equal(drawn, Enumerable.Range(0, 100).Select(i => again.Request(Law, i).Model));
        Assert.Equal(drawn[7], again.Request(Law, 10_007).Model);
    }

    private static Strategy Of(string name) => All.Single(s => s.Name == name);
}
