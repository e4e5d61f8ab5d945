using ExpertCluster.Contracts;
using ExpertCluster.Contracts.Answers;
using ExpertCluster.Contracts.Completions;
using ExpertCluster.Contracts.Failures;
using ExpertCluster.Contracts.Routing;
using ExpertCluster.Contracts.Tools;
using ExpertCluster.Router.Tools;

namespace ExpertCluster.Router.Tests.Tools;

public sealed class ToolAnswerTests
{
    private static readonly ToolParsers Parsers = new(new PolicySet<IToolParser>([new HermesParser(), new LlamaJsonParser(), new MistralParser()]));

    private static readonly ToolWish Wish = new() { Tools = [new("f", ""), new("g", "")] };

    private static readonly Plan Plan = new() { Base = "small", Merge = "route", Form = MergeForm.Route, Scope = MergeScope.Request, K = 1, Experts = [], RequestId = "r1" };

    [Fact]
    public void Take_StreamedCalls_BeginWithIdAndNameAndGoOn()
    {
        var answer = Parsers.Begin(Wish)!;

        var parts = Take(answer, "hermes", "I ask.\n<tool", "_call>{\"name\": \"f\", \"arguments\": {\"a\"", ": 1}}</tool_call>", "<tool_call>{\"name\": \"g\"}");

        Assert.Equal("I ask.", string.Concat(parts.Select(p => p.Text)));
        var calls = parts.SelectMany(p => p.Calls).ToList();
        Assert.Equal([(0, "f", "{\"a\""), (0, null, ": 1}"), (1, "g", "{}")], calls.Select(c => (c.Index, c.Name, c.Arguments)));
        Assert.Matches("^call_[0-9A-Za-z]{24}$", calls[0].Id);
        Assert.Null(calls[1].Id);
        Assert.NotEqual(calls[0].Id, calls[2].Id);
        Assert.Equal(("I ask.", true), (answer.Text, answer.HasCalls));
        Assert.Equal([("f", "{\"a\": 1}"), ("g", "{}")], answer.Calls.Select(c => (c.Name, c.Arguments)));
    }

    [Fact]
    public void Take_SameRequestAgain_GivesTheSameIds() =>
        Assert.Equal(IdOf("hermes", "r1"), IdOf("hermes", "r1"));

    [Fact]
    public void Take_AnotherRequest_GivesOtherIds() =>
        Assert.NotEqual(IdOf("hermes", "r1"), IdOf("hermes", "r2"));

    /// <summary>Its templates refuse others.</summary>
    [Fact]
    public void Take_Mistral_GivesShortIds()
    {
        var answer = Parsers.Begin(Wish)!;
        Take(answer, "mistral", "[TOOL_CALLS] [{\"name\": \"f\", \"arguments\": {}}]");

        Assert.Matches("^[0-9A-Za-z]{9}$", Assert.Single(answer.Calls).Id);
    }

    [Fact]
    public void Take_NotParallel_LeavesOutCallsBehindTheFirst()
    {
        var answer = Parsers.Begin(Wish with { Parallel = false })!;

        var parts = Take(answer, "hermes", "<tool_call>{\"name\": \"f\"}</tool_call><tool_call>{\"name\": \"g\"}</tool_call>", " So.");

        Assert.Equal("f", Assert.Single(parts.SelectMany(p => p.Calls)).Name);
        Assert.Equal("f", Assert.Single(answer.Calls).Name);
        Assert.Equal(" So.", answer.Text);
    }

    /// <summary>A stream has given it already; a whole answer says it as text.</summary>
    [Fact]
    public void Take_CallThatIsCut_IsTextOfTheWholeAnswer()
    {
        var answer = Parsers.Begin(Wish)!;

        var parts = Take(answer, "hermes", "<tool_call>{\"name\": \"f\", \"arguments\": {\"a\": ");

        Assert.Equal("{\"a\": ", Assert.Single(parts.SelectMany(p => p.Calls)).Arguments);
        Assert.Empty(answer.Calls);
        Assert.Equal("<tool_call>{\"name\": \"f\", \"arguments\": {\"a\": ", answer.Text);
    }

    [Fact]
    public void Take_Required_ReadsTheWholeAsCalls()
    {
        var answer = Parsers.Begin(Wish with { Choice = ToolChoice.Required })!;

        Take(answer, "", "[{\"name\": \"g\", \"parameters\": {\"x\": 1}}, ", "{\"name\": \"f\", \"parameters\": {}}]");

        Assert.Equal([("g", "{\"x\": 1}"), ("f", "{}")], answer.Calls.Select(c => (c.Name, c.Arguments)));
        Assert.Equal("", answer.Text);
    }

    [Theory]
    [InlineData(ToolChoice.None)]
    [InlineData(ToolChoice.Auto)]
    public void Begin_NoTools_IsNull(ToolChoice choice) => Assert.Null(Parsers.Begin(new ToolWish { Tools = choice == ToolChoice.None ? Wish.Tools : [], Choice = choice }));

    [Fact]
    public void Onto_Auto_NamesParserAndTokens()
    {
        var plan = Parsers.Onto(Plan, Wish, "mistral");

        Assert.Equal("mistral", plan.ToolParser);
        Assert.Equal(["[TOOL_CALLS]"], plan.VisibleTokens);
        Assert.Equal(Plan, Parsers.Onto(Plan, ToolWish.None, "mistral"));
        Assert.Empty(Parsers.Onto(Plan, Wish with { Choice = ToolChoice.Required }, null).VisibleTokens);
    }

    [Theory]
    [InlineData(null, "tools: base small has a chat template that knows nothing of tools")]
    [InlineData("xml", "tools: base small has the tool_parser xml, which this router doesn't have; known are hermes, llama3_json, mistral")]
    public void Onto_NobodyReadsItsCalls_IsRefused(string? parser, string message)
    {
        var failure = Assert.Throws<RequestFailedException>(() => Parsers.Onto(Plan, Wish, parser)).Failure;

        Assert.Equal((FailureKind.InvalidArgument, "tools"), (failure.Kind, failure.Field));
        Assert.StartsWith(message, failure.Message, StringComparison.Ordinal);
    }

    private static string? IdOf(string parser, string request)
    {
        var answer = Parsers.Begin(Wish)!;
        answer.Take(new CompletionChunk { Plan = Plan with { ToolParser = parser, RequestId = request }, Text = "<tool_call>{\"name\": \"f\"}", Finish = FinishReason.Stop });
        return Assert.Single(answer.Calls).Id;
    }

    private static List<AnswerPart> Take(ToolAnswer answer, string parser, params string[] texts) =>
    [
        .. texts.Select((text, i) => answer.Take(new CompletionChunk
        {
            Plan = i == 0 ? Plan with { ToolParser = parser } : null,
            Text = text,
            Finish = i == texts.Length - 1 ? FinishReason.Stop : FinishReason.None,
        })),
    ];
}
