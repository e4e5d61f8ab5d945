using ExpertCluster.Contracts.Tools;
using ExpertCluster.Router.Tools;

namespace ExpertCluster.Router.Tests.Tools;

/// <summary>What becomes of answers as models write them, however they are cut. A call is written f({...}) here.</summary>
public sealed class ToolParserTests
{
    private static readonly HashSet<string> Tools = ["f", "g"];

    [Theory]
    [InlineData("It rains.", "It rains.")]
    [InlineData("", "")]
    [InlineData("a < b and <tool_calls> \n", "a < b and <tool_calls> \n")]
    [InlineData("<tool_call>\n{\"name\": \"f\", \"arguments\": {\"a\": [1, {\"b\": \"}\"}]}}\n</tool_call>", "f({\"a\": [1, {\"b\": \"}\"}]})")]
    [InlineData("Let me see. \n<tool_call>{\"arguments\": {\"a\": 1}, \"name\": \"f\"}</tool_call>", "Let me see.|f({\"a\": 1})")]
    [InlineData("<tool_call>\n{\"name\": \"f\", \"arguments\": {}}\n</tool_call>\n<tool_call>\n{\"name\": \"g\", \"arguments\": {\"x\": null}}\n</tool_call>\n", "f({})|g({\"x\": null})")]
    [InlineData("<tool_call>{\"name\": \"f\", \"arguments\": {}} Done.", "f({})|Done.")]
    [InlineData("<tool_call>{\"name\": \"f\", \"arguments\": {}}", "f({})")]
    [InlineData("<tool_call>{\"name\": \"f\"}</tool_call>", "f({})")]
    [InlineData("<tool_call>{\"name\": \"f\", \"arguments\": null}</tool_call>", "f({})")]
    [InlineData("<tool_call>{\"name\": \"f\", \"arguments\": \"{\\\"a\\\": 1}\"}</tool_call> x", "f({\"a\": 1})| x")]
    [InlineData("<tool_call>{\"name\": \"\\u0066\", \"arguments\": {}}</tool_call>", "f({})")]
    [InlineData("<tool_call>{\"name\": \"h\", \"arguments\": {}}</tool_call>", "<tool_call>{\"name\": \"h\", \"arguments\": {}}</tool_call>")]
    [InlineData("<tool_call>{\"name\": \"\\ud800\", \"arguments\": {}}</tool_call>", "<tool_call>{\"name\": \"\\ud800\", \"arguments\": {}}</tool_call>")]
    [InlineData("<tool_call>f(1)</tool_call>", "<tool_call>f(1)</tool_call>")]
    [InlineData("<tool_call>[{\"name\": \"f\"}]</tool_call>", "<tool_call>[{\"name\": \"f\"}]</tool_call>")]
    [InlineData("<tool_call>{\"name\": \"f\", \"arguments\": [1]}</tool_call>", "<tool_call>{\"name\": \"f\", \"arguments\": [1]}</tool_call>")]
    [InlineData("<tool_call>{\"name\": \"f\", \"arguments\": \"x\"}</tool_call>", "<tool_call>{\"name\": \"f\", \"arguments\": \"x\"}</tool_call>")]
    [InlineData("<tool_call>{\"name\": \"f\", \"name\": \"g\"}", "<tool_call>{\"name\": \"f\", \"name\": \"g\"}")]
    [InlineData("<tool_call>\n", "<tool_call>\n")]
    [InlineData("<tool_", "<tool_")]
    [InlineData("a <tool_call>{\"name\": \"f\", \"arguments\": {\"a\": 1,}}</tool_call> b", "a <tool_call>{\"name\": \"f\", \"arguments\": {\"a\": 1,}}</tool_call> b")]
    [InlineData("<tool_call>{\"name\": \"f\", \"arguments\": {\"a\": 1", "<tool_call>{\"name\": \"f\", \"arguments\": {\"a\": 1")]
    public void Hermes_Answer_IsTextAndCalls(string answer, string expected) => Check(new HermesParser(), answer, expected);

    [Theory]
    [InlineData("It rains {today}.", "It rains {today}.")]
    [InlineData("{\"name\": \"f\", \"parameters\": {\"a\": 1}}", "f({\"a\": 1})")]
    [InlineData(" <|python_tag|>{\"name\": \"f\", \"parameters\": {\"a\": 1}}", "f({\"a\": 1})")]
    [InlineData("{\"type\": \"function\", \"name\": \"f\", \"arguments\": {}}; {\"name\": \"g\", \"parameters\": {}}", "f({})|g({})")]
    [InlineData("{\"name\": \"f\", \"parameters\": {}} or so", "f({})|or so")]
    [InlineData("{\"city\": \"Pune\"}", "{\"city\": \"Pune\"}")]
    [InlineData("{\"name\": \"Ann\", \"parameters\": {}}", "{\"name\": \"Ann\", \"parameters\": {}}")]
    [InlineData("{\"name\": 7}", "{\"name\": 7}")]
    [InlineData("{}", "{}")]
    [InlineData("{ x", "{ x")]
    [InlineData("<|python_tag|>print(1)", "<|python_tag|>print(1)")]
    public void LlamaJson_Answer_IsTextAndCalls(string answer, string expected) => Check(new LlamaJsonParser(), answer, expected);

    [Theory]
    [InlineData("It rains [today].", "It rains [today].")]
    [InlineData("[TOOL_CALLS] [{\"name\": \"f\", \"arguments\": {\"a\": 1}}]", "f({\"a\": 1})")]
    [InlineData("[TOOL_CALLS][{\"name\": \"f\", \"arguments\": {}}, {\"name\": \"g\", \"arguments\": {\"b\": \"]\"}, \"id\": \"abc\"}]\n", "f({})|g({\"b\": \"]\"})")]
    [InlineData("Well. [TOOL_CALLS] [{\"name\": \"f\", \"arguments\": {}}] So.", "Well.|f({})| So.")]
    [InlineData("[TOOL_CALLS] {\"name\": \"f\"}", "[TOOL_CALLS] {\"name\": \"f\"}")]
    [InlineData("[TOOL_CALLS] []", "[TOOL_CALLS] []")]
    [InlineData("[TOOL_CALLS] [{\"name\": \"f\", \"arguments\": {}}, {\"x\": 1}]", "f({})|, {\"x\": 1}]")]
    [InlineData("[TOOL_CALLS]", "[TOOL_CALLS]")]
    public void Mistral_Answer_IsTextAndCalls(string answer, string expected) => Check(new MistralParser(), answer, expected);

    /// <summary>No more than a few blanks wait for a mark.</summary>
    [Fact]
    public void Append_ManyBlanks_AreGivenAsTheyCome()
    {
        foreach (var parser in (IToolParser[])[new HermesParser(), new LlamaJsonParser(), new MistralParser()])
        {
            var reader = parser.Start(Tools);
            List<ToolPiece> pieces = [];
            foreach (string blanks in Enumerable.Repeat(" \n", 1000))
            {
                reader.Append(blanks, pieces);
            }

            Assert.Equal(2000 - 64, pieces.Sum(p => p.Text.Length));
            reader.End(pieces);
            Assert.Equal(2000, pieces.Sum(p => p.Text.Length));
        }
    }

    [Theory]
    [InlineData("{\"a\": {\"b\": [1]}}", "f({\"a\": {\"b\": [1]}})")]
    [InlineData(" {} ", "f({})")]
    [InlineData("no", "no")]
    [InlineData("{\"a\": 1", "{\"a\": 1")]
    [InlineData("{\"a\": x}", "{\"a\": x}")]
    public void NamedCall_Answer_IsItsArguments(string answer, string expected)
    {
        for (int cut = 0; cut <= answer.Length; cut++)
        {
            Assert.Equal(expected, Read(new NamedCall("f"), [answer[..cut], answer[cut..]]));
        }
    }

    private static void Check(IToolParser parser, string answer, string expected)
    {
        for (int cut = 0; cut <= answer.Length; cut++)
        {
            Assert.Equal(expected, Read(parser.Start(Tools), [answer[..cut], answer[cut..]]));
        }

        Assert.Equal(expected, Read(parser.Start(Tools), answer.Select(c => c.ToString())));
    }

    /// <summary>As a whole answer says it: what turns out to be no call is text.</summary>
    private static string Read(IToolReader reader, IEnumerable<string> parts)
    {
        List<ToolPiece> pieces = [];
        foreach (string part in parts)
        {
            reader.Append(part, pieces);
        }

        reader.End(pieces);
        List<(bool IsCall, string Text)> read = [];
        foreach (var piece in pieces)
        {
            if (piece.Kind == ToolPieceKind.Broken)
            {
                Assert.EndsWith(piece.Rest, piece.Text, StringComparison.Ordinal);
                Assert.True(read[^1].IsCall);
                read.RemoveAt(read.Count - 1);
            }

            if (piece.Kind == ToolPieceKind.Call)
            {
                read.Add((true, piece.Text + "("));
            }
            else if (read.Count > 0 && read[^1].IsCall == (piece.Kind == ToolPieceKind.Arguments))
            {
                read[^1] = (read[^1].IsCall, read[^1].Text + piece.Text);
            }
            else
            {
                Assert.NotEqual(ToolPieceKind.Arguments, piece.Kind);
                read.Add((false, piece.Text));
            }
        }

        return string.Join('|', read.Select(r => r.IsCall ? r.Text + ")" : r.Text));
    }
}
