using ExpertCluster.Contracts.Answers;
using ExpertCluster.Contracts.Completions;
using ExpertCluster.Contracts.Routing;
using ExpertCluster.Router.Costs;

namespace ExpertCluster.Router.Tests.Costs;

public sealed class CostMeterTests
{
    private static readonly WeightedExpert[] Law = [new("law", 1)];
    private static readonly WeightedExpert[] Both = [new("law", 0.75), new("tax", 0.25), new("gone", 0)];

    [Fact]
    public void Route_EachTokenIsOfWhoGaveIt_AndThePromptOfWhoGaveMost()
    {
        var meter = new CostMeter(PlanOf(MergeForm.Route));
        meter.Count(Chunk(Law, Law, Law));
        meter.Count(Chunk((WeightedExpert[])[new("tax", 1)]));

        Assert.Equal([new ExpertUsage("law", 10, 3, 26), new ExpertUsage("tax", 0, 1, 0.5)], meter.Of(new Usage(10, 4, 0)));
    }

    [Fact]
    public void Ensemble_EveryPartIsComputed_ThePromptTwice_AndWhoHadNoPartCostsNothing()
    {
        var meter = new CostMeter(PlanOf(MergeForm.Ensemble));
        meter.Count(Chunk(Both, Both));

        Assert.Equal([new ExpertUsage("law", 10, 2, 24), new ExpertUsage("tax", 10, 2, 6)], meter.Of(new Usage(10, 2, 0)));
    }

    [Fact]
    public void AnswerWithoutTokens_CostsItsPrompt() =>
        Assert.Equal([new ExpertUsage("law", 10, 0, 20)], new CostMeter(PlanOf(MergeForm.Route)).Of(new Usage(10, 0, 0)));

    [Fact]
    public void RemoteModel_CostsWhatItSays()
    {
        var meter = new CostMeter(PlanOf(MergeForm.Route) with { Remote = new RemoteModel { Url = "", Model = "" } });
        meter.Count(Chunk(Law, Law));

        Assert.Equal([new ExpertUsage("law", 10, 9, 38)], meter.Of(new Usage(10, 9, 0)));
    }

    [Fact]
    public void Onto_LeavesWhatIsSaidAlready()
    {
        var told = Usage.None with { Experts = [new ExpertUsage("law", 1, 2, 3)] };

        Assert.Same(told, new CostMeter(PlanOf(MergeForm.Route)).Onto(told));
    }

    [Fact]
    public void Sum_HasEachExpertOnce() => Assert.Equal(
        [new ExpertUsage("law", 3, 5, 4), new ExpertUsage("tax", 1, 1, 1)],
        CostMeter.Sum([new ExpertUsage("law", 1, 2, 1.5), new ExpertUsage("tax", 1, 1, 1)], [new ExpertUsage("law", 2, 3, 2.5)]));

    private static CompletionChunk Chunk(params WeightedExpert[][] tokens) => new() { Tokens = [.. tokens.Select(experts => new Token(1, "a", 0, experts))] };

    private static Plan PlanOf(MergeForm form) => new()
    {
        Base = "demo",
        Merge = "any",
        Form = form,
        Scope = MergeScope.Request,
        K = 2,
        Experts = [new PlannedExpert("law", 0.75) { Cost = 2 }, new PlannedExpert("tax", 0.25) { Cost = 0.5 }],
    };
}
