using System.Text;
using System.Text.Json;
using ExpertCluster.Contracts.Tools;
using ExpertCluster.Fuzz.Engine;
using ExpertCluster.Router.Tools;

namespace ExpertCluster.Fuzz.Targets;

/// <summary>Answers of models that may call tools: however they are cut, they come to the same, and the arguments of what is a call are an object.</summary>
internal sealed class ToolAnswerTarget : FuzzTarget
{
    private static readonly HashSet<string> Tools = ["f", "g"];

    private static readonly IToolParser[] Parsers = [new HermesParser(), new LlamaJsonParser(), new MistralParser()];

    public override string Name => "tool-answer";

    public override int Executions => 1500;

    public override long MostAllocated(int length) => (2L << 20) + (40L * length * length);

    public override IReadOnlyList<string> Words =>
        ["<tool_call>", "</tool_call>", "[TOOL_CALLS]", "<|python_tag|>", "\"name\": \"f\"", "\"arguments\": {", "\"parameters\": {", "\"arguments\": \"{}\"", "{", "}", "[", "]", ";", ", ", "\\u0066", "\\", "null", "1e", " \n"];

    public override IEnumerable<byte[]> Seeds() => ((string[])
    [
        "I look. <tool_call>\n{\"name\": \"f\", \"arguments\": {\"a\": [1, \"}\"]}}\n</tool_call>\n<tool_call>{\"arguments\": {}, \"name\": \"g\"}</tool_call>",
        "{\"name\": \"f\", \"parameters\": {\"a\": 1.5e3}}; {\"name\": \"g\", \"parameters\": null}",
        "[TOOL_CALLS] [{\"name\": \"f\", \"arguments\": {}}, {\"name\": \"g\", \"arguments\": \"{}\", \"id\": \"x\"}] So.",
    ]).Select(Encoding.UTF8.GetBytes);

    public override Outcome Run(byte[] input)
    {
        string text = Encoding.UTF8.GetString(input);
        bool hasCalls = false;
        foreach (var parser in Parsers)
        {
            string whole = Read(parser, [text]);
            if (whole != Read(parser, [text[..(text.Length / 2)], text[(text.Length / 2)..]]) || whole != Read(parser, text.Select(c => c.ToString())))
            {
                throw new InvalidOperationException($"{parser.Name} reads a text otherwise when it is cut");
            }

            hasCalls |= whole.Contains('\u0001', StringComparison.Ordinal);
        }

        return hasCalls ? Outcome.Taken : Outcome.Refused("there is no call");
    }

    /// <summary>As a whole answer says it; calls stand between control characters.</summary>
    private static string Read(IToolParser parser, IEnumerable<string> parts)
    {
        var reader = parser.Start(Tools);
        List<ToolPiece> pieces = [];
        foreach (string part in parts)
        {
            reader.Append(part, pieces);
        }

        reader.End(pieces);
        List<(bool IsCall, StringBuilder Text)> read = [];
        foreach (var piece in pieces)
        {
            switch (piece.Kind)
            {
                case ToolPieceKind.Call:
                    read.Add((true, new StringBuilder()));
                    break;
                case ToolPieceKind.Arguments:
                    read[^1].Text.Append(piece.Text);
                    break;
                default:
                    if (piece.Kind == ToolPieceKind.Broken)
                    {
                        read.RemoveAt(read.Count - 1);
                    }

                    if (read.Count == 0 || read[^1].IsCall)
                    {
                        read.Add((false, new StringBuilder()));
                    }

                    read[^1].Text.Append(piece.Text);
                    break;
            }
        }

        foreach (var (_, arguments) in read.Where(r => r.IsCall))
        {
            using var document = JsonDocument.Parse(arguments.ToString());
            if (document.RootElement.ValueKind != JsonValueKind.Object)
            {
                throw new InvalidOperationException("arguments are no object");
            }
        }

        return string.Concat(read.Select(r => r.IsCall ? $"\u0001{r.Text}\u0002" : r.Text.ToString()));
    }
}
