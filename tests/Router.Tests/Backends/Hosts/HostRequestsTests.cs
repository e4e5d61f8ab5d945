using ExpertCluster.Contracts.Backends;
using ExpertCluster.Contracts.Completions;
using ExpertCluster.Contracts.Routing;
using ExpertCluster.Router.Backends.Hosts;
using ExpertCluster.V1;
using MergeScope = ExpertCluster.Contracts.Completions.MergeScope;
using Plan = ExpertCluster.Contracts.Routing.Plan;
using Sampling = ExpertCluster.Contracts.Completions.Sampling;
using WeightedExpert = ExpertCluster.Contracts.Completions.WeightedExpert;

namespace ExpertCluster.Router.Tests.Backends.Hosts;

public sealed class HostRequestsTests
{
    private static readonly Plan Mix = new()
    {
        Base = "demo",
        Merge = "a merge of somebody's",
        Form = MergeForm.Mix,
        Scope = MergeScope.Token,
        K = 2,
        Experts = [new("law", 0.75), new("tax", 0.25)],
    };

    [Fact]
    public void Of_Prompt_SaysWhatTheHostDoesWithWhom()
    {
        var message = Of(new CompletionRequest { Prompt = "Who pays?", Sampling = new Sampling { Seed = 7 } }, Mix);

        Assert.Equal(("demo", "Who pays?", MergeMode.Mix, V1.MergeScope.Token, 2), (message.Base, message.Prompt, message.Mode, message.Scope, message.K));
        Assert.Equal([new("law", 0.75), new("tax", 0.25)], message.Experts.Select(e => new WeightedExpert(e.Name, e.Weight)));
        Assert.Empty(message.ResumeTokens);
    }

    [Fact]
    public void Of_EchoAndNumbersOfTheMerge_ArePassedOn()
    {
        var message = Of(new CompletionRequest { Prompt = "Who pays?", Echo = true }, Mix with { GeneralistWeight = 0.5, Hysteresis = 0.125 });
        var plain = Of(new CompletionRequest { Prompt = "Who pays?" }, Mix);

        Assert.Equal((true, 0.5, 0.125), (message.Echo, message.GeneralistWeight, message.Hysteresis));
        Assert.Equal((false, 0, 0), (plain.Echo, plain.GeneralistWeight, plain.Hysteresis));
    }

    [Fact]
    public void Of_Messages_KeepsRolesAndOrder()
    {
        var message = Of(new CompletionRequest { Messages = [new("system", "Be brief."), new("user", "Who?")] }, Mix);

        Assert.False(message.HasPrompt);
        Assert.NotNull(message.Messages);
        Assert.Equal([("system", "Be brief."), ("user", "Who?")], message.Messages.Messages_.Select(m => (m.Role, m.Content)));
    }

    [Fact]
    public void Of_AllOfSampling_IsPassedOn()
    {
        var sampling = new Sampling
        {
            MaxTokens = 9,
            Temperature = 0.5f,
            TopK = 40,
            TopP = 0.9f,
            MinP = 0.1f,
            RepetitionPenalty = 1.1f,
            Seed = 42,
            Stop = ["x", "y"],
            IgnoreEos = true,
        };

        var sent = Of(new CompletionRequest { Prompt = "a", Sampling = sampling }, Mix).Sampling;

        Assert.Equal(
            (9, 0.5f, 40, 0.9f, 0.1f, 1.1f, 42ul, true),
            (sent.MaxTokens, sent.Temperature, sent.TopK, sent.TopP, sent.MinP, sent.RepetitionPenalty, sent.Seed, sent.IgnoreEos));
        Assert.Equal(["x", "y"], sent.Stop);
    }

    /// <summary>What the caller left open is for the host, whose model says what the default means.</summary>
    [Fact]
    public void Of_NothingOfSampling_LeavesEveryFieldAbsent()
    {
        var sent = Of(new CompletionRequest { Prompt = "a" }, Mix).Sampling;

        Assert.False(sent.HasMaxTokens || sent.HasTemperature || sent.HasTopK || sent.HasTopP || sent.HasMinP || sent.HasRepetitionPenalty || sent.HasSeed);
    }

    [Theory]
    [InlineData(MergeForm.Route, MergeMode.Route)]
    [InlineData(MergeForm.Mix, MergeMode.Mix)]
    [InlineData(MergeForm.Ensemble, MergeMode.Ensemble)]
    public void Of_EveryForm_HasItsNumber(MergeForm form, MergeMode mode) =>
        Assert.Equal(mode, Of(new CompletionRequest { Prompt = "a" }, Mix with { Form = form }).Mode);

    private static GenerateRequest Of(CompletionRequest request, Plan plan) => HostRequests.Of(new BackendCall(request, plan, DateTime.MaxValue));
}
