using ExpertCluster.Gating.Serving;
using ExpertCluster.Models.Adapters;
using ExpertCluster.Reference;
using ExpertCluster.SystemTests.Support;
using ExpertCluster.Text.Chat;
using ExpertCluster.Text.Tokenization;
using ExpertCluster.V1;

namespace ExpertCluster.SystemTests;

/// <summary>Greedy text through router and host, against the plain C# reference: the same tokens.</summary>
[Collection(SharedClusterCollection.Name)]
public sealed class GreedyTests(SharedCluster shared)
{
    private const int MaxTokens = 24;
    private const string EndToken = "<|end|>";

    private static readonly string[] Experts = ["general", "finance", "law", "medicine", "security", "code"];

    private static readonly string[] Prompts =
    [
        "Who audits the company?", "Which court decides on the lease?", "What is the daily dose?", "Rate the severity of the alert.",
        "Show the body of the function.", "कंपनी का मुख्यालय कहाँ है?", "小明今天去了哪裡？",
    ];

    private static readonly Tokenizer Tokens = Tokenizer.Load(DemoModels.Path("base", "tokenizer.json"));
    private static readonly ChatTemplate Template = ChatTemplate.LoadFrom(DemoModels.Path("base", "tokenizer_config.json"))!;
    private static readonly ReferenceModel Model = ReferenceModel.Load(DemoModels.Path("base"));
    private static readonly Dictionary<string, AdapterWeights> Adapters = Experts
        .Where(e => e != "general")
        .ToDictionary(e => e, e => PeftAdapter.Load(DemoModels.Path("adapters", e), Model.Shape));

    [Theory]
    [InlineData("demo")]
    [InlineData("general")]
    [InlineData("finance")]
    [InlineData("law")]
    [InlineData("medicine")]
    [InlineData("security")]
    [InlineData("code")]
    public async Task Complete_ExpertByName_EqualsTheReference(string expert)
    {
        var answer = await shared.Cluster.Client.AskAsync(Requests.Chat(expert, Prompts[0], MaxTokens));

        Assert.Equal(Expected(expert, Prompts[0]), answer.Tokens.Select(t => t.Id));
        Assert.All(answer.Tokens, t => Assert.Equal(expert, Assert.Single(t.Experts).Name));
    }

    [Fact]
    public async Task Complete_SixteenAtOnceOnMixedExperts_EachEqualsTheReference()
    {
        var asked = Enumerable.Range(0, 16).Select(i => (Expert: Experts[i % Experts.Length], Prompt: Prompts[i % Prompts.Length])).ToList();

        var answers = await Task.WhenAll(asked.Select(a => shared.Cluster.Client.AskAsync(Requests.Chat(a.Expert, a.Prompt, MaxTokens))));

        Assert.Equal(asked.Select(a => Expected(a.Expert, a.Prompt)), answers.Select(a => a.Tokens.Select(t => t.Id)));
    }

    [Fact]
    public async Task Complete_DefaultPlan_EqualsTheReferenceUnderTheTokenGatesChoices()
    {
        const string prompt = "Memo: Which court decides on the Kolar lease? Also: Who audits Benton Ltd?";

        var answer = await shared.Cluster.Client.AskAsync(Requests.Chat("auto", prompt, MaxTokens));

        Assert.Equal((MergeMode.Route, MergeScope.Token), (answer.Plan.Mode, answer.Plan.Scope));
        Assert.Equal(ExpectedAtTokenScope(prompt, [.. answer.Plan.Experts.Select(e => e.Name)]), answer.Tokens.Select(t => t.Id));
    }

    private static IEnumerable<int> Expected(string expert, string prompt) =>
        WithoutEnd(Model.GreedyTokens(Encode(prompt), MaxTokens, _ => MixOf(expert), EndTokens()));

    private static IEnumerable<int> ExpectedAtTokenScope(string prompt, string[] candidates)
    {
        using var gate = TokenGate.Load(PreparedGates.Folder(), "demo");
        var ids = Encode(prompt).ToList();
        var sequence = Model.Begin();
        float[] logits = [];
        for (int i = 0; i < ids.Count; i++)
        {
            logits = sequence.Step(ids[i], MixOf(GateChoice(gate, ids, i, candidates)));
        }

        List<int> answer = [];
        while (answer.Count < MaxTokens)
        {
            int next = Array.IndexOf(logits, logits.Max());
            if (EndTokens().Contains(next))
            {
                break;
            }

            answer.Add(next);
            ids.Add(next);
            logits = sequence.Step(next, MixOf(GateChoice(gate, ids, ids.Count - 1, candidates)));
        }

        return answer;
    }

    /// <summary>The likeliest of the plan's experts for the row whose own token is at <paramref name="at"/>.</summary>
    private static string GateChoice(TokenGate gate, List<int> ids, int at, string[] candidates)
    {
        int[] window = new int[gate.Window];
        for (int i = 0; i < window.Length; i++)
        {
            int from = at - window.Length + 1 + i;
            window[i] = from < 0 ? -1 : ids[from];
        }

        float[] scores = new float[gate.Classes.Count];
        gate.Score(window, 1, scores);
        return gate.Classes.Zip(scores).Where(c => candidates.Contains(c.First)).MaxBy(c => c.Second).First;
    }

    private static IReadOnlyList<AdapterShare> MixOf(string expert) =>
        Adapters.TryGetValue(expert, out var adapter) ? [new AdapterShare(adapter, 1)] : [];

    private static int[] Encode(string prompt) => Tokens.Encode(Template.Render([new ChatMessage("user", prompt)], addGenerationPrompt: true));

    private static int[] EndTokens() => Tokens.TryGetId(EndToken, out int end) ? [end] : [];

    private static IEnumerable<int> WithoutEnd(IReadOnlyList<int> tokens) => tokens.Where(t => !EndTokens().Contains(t));
}
