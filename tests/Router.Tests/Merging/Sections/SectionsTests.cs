using ExpertCluster.Contracts.Answers;
using ExpertCluster.Contracts.Backends;
using ExpertCluster.Contracts.Completions;
using ExpertCluster.Contracts.Routing;
using ExpertCluster.Router.Backends;
using ExpertCluster.Router.Merging.Sections;
using ExpertCluster.Router.Tests.Support;

namespace ExpertCluster.Router.Tests.Merging.Sections;

/// <summary>Questions of several fields, with a gate that knows a field by one word.</summary>
public sealed class SectionsTests
{
    private static readonly Dictionary<string, string> Words = new() { ["lease"] = "law", ["dose"] = "medicine", ["audit"] = "finance" };

    public static TheoryData<string, string[]> Questions => new()
    {
        { "What does the lease say? What dose do I take?", ["law: What does the lease say?", "medicine: What dose do I take?"] },
        { "What does the lease say and what dose do I take?", ["law: What does the lease say", "medicine: what dose do I take?"] },
        { "The lease, please; the dose is unknown, and who will audit us?", ["law: The lease, please", "medicine: the dose is unknown", "finance: who will audit us?"] },
        { "Hello there! What does the lease say? Thanks. And the dose?", ["law: Hello there! What does the lease say? Thanks.", "medicine: And the dose?"] },
        { "The lease? The dose? The lease again?", ["law: The lease?", "medicine: The dose?", "law: The lease again?"] },
        { "租约 lease 怎么说？dose 是多少？", ["law: 租约 lease 怎么说？", "medicine: dose 是多少？"] },
        { "About the lease\nAbout the dose", ["law: About the lease", "medicine: About the dose"] },
    };

    [Theory]
    [MemberData(nameof(Questions))]
    public void Question_HasAPartForEachField_InItsOwnOrder(string question, string[] parts)
    {
        var plan = PlanOf(question);

        Assert.Equal(parts, plan.Parts.Select(p => $"{p.Experts.Single().Name}: {p.Question}"));
        Assert.Equal(("sections", MergeScope.Request), (plan.Merge, plan.Scope));
        Assert.Equal(plan.Parts.Select(p => p.Experts[0].Name).Distinct(), plan.Experts.Select(e => e.Name));
    }

    [Theory]
    [InlineData("What does the lease say and when?", "the question is of one field")]
    [InlineData("Salt and pepper, please.", "the question is of one field")]
    [InlineData("v1.2 of the lease costs 3.50 and more", "the question is of one field")]
    public void QuestionOfOneField_IsRouted_AndThePlanSaysSo(string question, string why)
    {
        var plan = PlanOf(question);

        Assert.Empty(plan.Parts);
        Assert.Equal("law", plan.Experts.Single().Name);
        Assert.StartsWith(why, plan.Notes.Single().Text, StringComparison.Ordinal);
    }

    [Fact]
    public void QuestionWithoutEnd_HasNoMorePartsThanItMay()
    {
        var plan = PlanOf(string.Concat(Enumerable.Repeat("The lease? The dose? ", 500)));

        Assert.Equal(RequestLimits.MostAtOnce, plan.Parts.Count);
    }

    [Fact]
    public void StructuresAndTools_AreNoSections()
    {
        Assert.Empty(new SectionsPolicy().Plan(ContextOf("The lease? The dose?") with { HasTools = true }).Plan!.Parts);
        Assert.Empty(new SectionsPolicy().Plan(ContextOf("The lease? The dose?") with { HasStructure = true }).Plan!.Parts);
        Assert.Empty(new SectionsPolicy().Plan(ContextOf("The lease? The dose?") with { Choose = null }).Plan!.Parts);
        Assert.Empty(new SectionsPolicy().Plan(ContextOf("The lease? The dose?") with { HasEcho = true }).Plan!.Parts);
    }

    [Fact]
    public async Task Answers_ComeAsOneStream_UnderHeadings()
    {
        var experts = new ScriptedBackend { AnswerTo = call => AnswerOf(call, " Well,", " so.") };
        var (text, last, chunks) = await RunAsync(experts, "The lease? The dose?", 100);

        Assert.Equal("### law\n\nWell, so.\n\n### medicine\n\nWell, so.", text);
        Assert.Equal(["The lease?", "The dose?"], experts.Calls.Select(c => c.Request.Messages![^1].Content));
        Assert.All(experts.Calls, c => Assert.Equal("before", c.Request.Messages![0].Content));
        Assert.Equal(["law", "law", "medicine", "medicine"], chunks.SelectMany(c => c.Tokens).Select(t => t.Experts.Single().Name));
        Assert.Equal(1, chunks.Count(c => c.Finish != FinishReason.None));
        Assert.Equal(new Usage(6, 4, 0), last.Usage! with { Experts = Usage.None.Experts });
        Assert.Equal([new ExpertUsage("law", 3, 2, 5), new ExpertUsage("medicine", 3, 2, 5)], last.Usage!.Experts);
    }

    [Fact]
    public async Task LimitOfTokens_IsThatOfAllTogether()
    {
        var experts = new ScriptedBackend { AnswerTo = call => AnswerOf(call, [.. Enumerable.Repeat(" on", Math.Min(4, call.Request.Sampling.MaxTokens!.Value))]) };
        var (_, last, chunks) = await RunAsync(experts, "The lease? The dose? The audit?", 6);

        Assert.Equal([6, 2], experts.Calls.Select(c => c.Request.Sampling.MaxTokens!.Value));
        Assert.Equal(6, chunks.Sum(c => c.Tokens.Count));
        Assert.Equal(FinishReason.Length, last.Finish);
    }

    private static async Task<(string Text, CompletionChunk Last, List<CompletionChunk> Chunks)> RunAsync(ScriptedBackend experts, string question, int limit)
    {
        var request = new CompletionRequest
        {
            Messages = [new("user", "before"), new("assistant", "well"), new("user", question)],
            Sampling = Sampling.Default with { Seed = 1, MaxTokens = limit },
        };
        var backend = new SectionsBackend(new BackendSet(() => [experts]));
        using var stream = await backend.OpenAsync(new BackendCall(request, PlanOf(question), DateTime.MaxValue), TestContext.Current.CancellationToken);
        List<CompletionChunk> chunks = [stream.Current];
        while (await stream.MoveNextAsync(TestContext.Current.CancellationToken))
        {
            chunks.Add(stream.Current);
        }

        return (string.Concat(chunks.Select(c => c.Text)), chunks[^1], chunks);
    }

    private static List<CompletionChunk> AnswerOf(BackendCall call, params string[] tokens)
    {
        string expert = call.Plan.Experts.Single().Name;
        List<CompletionChunk> chunks = [.. tokens.Select(t => new CompletionChunk { Text = t, Tokens = [new Token(1, t, 0, [new WeightedExpert(expert, 1)])] })];
        chunks[^1] = chunks[^1] with { Finish = FinishReason.Stop, Usage = new Usage(3, tokens.Length, 0) };
        return chunks;
    }

    private static Plan PlanOf(string question) => new SectionsPolicy().Plan(ContextOf(question)).Plan!;

    private static MergeContext ContextOf(string question)
    {
        Candidate[] experts = [.. Words.Values.Select((name, i) => new Candidate(new RoutableExpert(name, "base-" + name, false), 0.5 - (0.1 * i)))];
        return new MergeContext(experts, false, MergeScope.Unspecified, null, 8, 0.05)
        {
            Question = question,
            Choose = text => Words.Where(w => text.Contains(w.Key, StringComparison.Ordinal)).OrderBy(w => text.IndexOf(w.Key, StringComparison.Ordinal)).Select(w => (Candidate?)experts.First(e => e.Expert.Name == w.Value)).FirstOrDefault(),
        };
    }
}
