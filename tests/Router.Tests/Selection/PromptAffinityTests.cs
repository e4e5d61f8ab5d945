using ExpertCluster.Contracts.Completions;
using ExpertCluster.Router.Selection;

namespace ExpertCluster.Router.Tests.Selection;

public sealed class PromptAffinityTests
{
    private static readonly string[] Hosts = ["host-1", "host-2", "host-3"];

    [Fact]
    public void KeyOf_TheTurnsOfAConversation_IsOne()
    {
        (string, string)[] first = [("system", "You know contracts."), ("user", "Who signed?")];

        ulong key = PromptAffinity.KeyOf(Chat(first));

        Assert.Equal(key, PromptAffinity.KeyOf(Chat([.. first, ("assistant", "The tenant."), ("user", "When?")])));
        Assert.NotEqual(key, PromptAffinity.KeyOf(Chat([first[0], ("user", "Who paid?")])));
        Assert.NotEqual(key, PromptAffinity.KeyOf(Chat([("system", "You know contracts.Who"), ("user", " signed?")])));
    }

    [Fact]
    public void KeyOf_Prompts_GoesByTheirBeginning()
    {
        string lead = new('x', 256);

        Assert.Equal(PromptAffinity.KeyOf(new CompletionRequest { Prompt = lead + "a" }), PromptAffinity.KeyOf(new CompletionRequest { Prompt = lead + "b" }));
        Assert.NotEqual(PromptAffinity.KeyOf(new CompletionRequest { Prompt = "a" }), PromptAffinity.KeyOf(new CompletionRequest { Prompt = "b" }));
    }

    [Fact]
    public void Weight_ManyTexts_SpreadsThemEvenlyAndLeavesMostWhenAHostGoes()
    {
        ulong[] keys = [.. Enumerable.Range(0, 3000).Select(i => PromptAffinity.KeyOf(new CompletionRequest { Prompt = $"question {i}" }))];

        var homes = keys.Select(key => Hosts.MaxBy(host => PromptAffinity.Weight(key, host))!).ToList();
        var without = keys.Select(key => Hosts[..2].MaxBy(host => PromptAffinity.Weight(key, host))!).ToList();

        Assert.All(Hosts, host => Assert.InRange(homes.Count(h => h == host), 850, 1150));
        Assert.All(homes.Zip(without).Where(pair => pair.First != Hosts[2]), pair => Assert.Equal(pair.First, pair.Second));
    }

    private static CompletionRequest Chat(params (string Role, string Content)[] messages) =>
        new() { Messages = [.. messages.Select(m => new ChatMessage(m.Role, m.Content))] };
}
