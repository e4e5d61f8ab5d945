using System.Text;
using ExpertCluster.Fuzz.Engine;
using ExpertCluster.Grammars;
using ExpertCluster.Grammars.Matching;
using ExpertCluster.Grammars.Sources;
using ExpertCluster.Grammars.Syntax;
using ExpertCluster.Grammars.Vocabularies;

namespace ExpertCluster.Fuzz.Targets;

/// <summary>What an answer has to be: read, compiled, and followed for some tokens by its own masks.</summary>
internal sealed class GrammarTarget : FuzzTarget
{
    private const int FollowedTokens = 48;

    private static readonly TokenVocabulary Vocabulary = new([
        .. Enumerable.Range(0, 256).Select(b => new[] { (byte)b }),
        .. ((string[])["{\"", "\":", "\", \"", "true", "00", "é", "abc", "\\u00", "\n  "]).Select(Encoding.UTF8.GetBytes)]);

    private readonly Func<string, GrammarBudget, Grammar> _read;
    private readonly string[] _seeds;

    private GrammarTarget(string name, Func<string, GrammarBudget, Grammar> read, string[] seeds, string[] words)
    {
        (Name, _read, _seeds, Words) = (name, read, seeds, words);
    }

    public static GrammarTarget JsonSchema() => new(
        "json-schema",
        GrammarSources.JsonSchema,
        [
            """{"type":"object","properties":{"a":{"type":"integer","minimum":-3,"maximum":12},"b":{"type":"string","pattern":"^[a-c]+$","maxLength":9}},"required":["a"],"additionalProperties":false}""",
            """{"$ref":"#/$defs/n","$defs":{"n":{"type":"object","properties":{"v":{"type":"number","multipleOf":0.25},"next":{"anyOf":[{"$ref":"#/$defs/n"},{"type":"null"}]}},"required":["v","next"]}}}""",
            """{"type":"array","items":{"enum":["a",1,null]},"minItems":2,"maxItems":300}""",
            """{"type":["string","null"],"minLength":3,"maxLength":2000}""",
            """{"type":"string","format":"date-time"}""",
            """{"additionalProperties":{"type":"boolean"},"properties":{"x":{"const":"é"}},"type":"object"}""",
        ],
        [
            "\"type\":", "\"object\"", "\"array\"", "\"string\"", "\"number\"", "\"integer\"", "\"properties\":", "\"required\":", "\"items\":", "\"anyOf\":", "\"enum\":", "\"const\":", "\"$ref\":", "\"#\"", "\"#/$defs/n\"", "\"pattern\":",
            "\"format\":", "\"email\"", "\"ipv6\"", "\"minLength\":", "\"maxLength\":", "\"minItems\":", "\"maxItems\":", "\"minimum\":", "\"exclusiveMaximum\":", "\"multipleOf\":", "\"additionalProperties\":", "1000000", "1e18", "0.001", "{}", "true", "(a{1000}){9}",
        ]);

    public static GrammarTarget Regex() => new(
        "regex",
        GrammarSources.Regex,
        ["(a|ab)(c|bc)*", "[^a-z\\d]{2,40}|\\p{L}+", "((a?){20}){20}", "^\\w+@[a-z.]+$", "(?:x(?<n>y)z){3,}?", "\\u{1F600}|\\x41|[\\]\\-a]"],
        ["(", ")", "|", "*", "+", "?", "{2}", "{0,1000}", "{3,}", "[", "]", "^", "$", "\\d", "\\W", "\\S", "\\p{L}", "\\P{Lu}", "\\u00e9", "\\x41", "(?:", "(?<a>", "(?=", ".", "a{1000000}", "-"]);

    public static GrammarTarget Gbnf() => new(
        "gbnf",
        GrammarSources.Ebnf,
        [
            "root ::= expr\nexpr ::= term (\"+\" term)*\nterm ::= num | \"(\" expr \")\"\nnum ::= [0-9]{1,3}",
            "root ::= \"a\" root \"b\" | \"ab\" # remark",
            "root ::= [^\\n\"]* '\\x41' .\n",
            "root ::= a? b? c?\na ::= \"x\"{0,9}\nb ::= a a\nc ::= (b | a){2,}",
        ],
        ["root", " ::= ", "\n", "|", "*", "+", "?", "{2,9}", "(", ")", "[a-z]", "[^", "\"", "'", "\\x41", "\\u00e9", "#", ".", "a", "b", "x ::= x"]);

    public override string Name { get; }

    public override int Executions => 600;

    /// <summary>What the budget's steps may make, and the masks of the tokens that are followed.</summary>
    public override long MostAllocated(int length) => 2L << 30;

    public override IReadOnlyList<string> Words { get; }

    public override bool IsJson => Name == "json-schema";

    public override IEnumerable<byte[]> Seeds() => _seeds.Select(Encoding.UTF8.GetBytes);

    public override Outcome Run(byte[] input)
    {
        try
        {
            GrammarBudget budget = new(CancellationToken.None);
            var compiled = CompiledGrammar.Compile(_read(Encoding.UTF8.GetString(input), budget), Vocabulary, budget);
            Follow(compiled.Start(), input);
            return Outcome.Taken;
        }
        catch (GrammarException refused)
        {
            return refused.Message.Contains(" steps ", StringComparison.Ordinal) ? Outcome.Limited(refused.Message) : Outcome.Refused(refused.Message);
        }
    }

    /// <summary>A text that is allowed so far can go on or end: bytes are all tokens.</summary>
    private static void Follow(GrammarMatcher matcher, byte[] input)
    {
        uint draw = (uint)input.Length;
        for (int n = 0; n < FollowedTokens; n++)
        {
            var next = matcher.Next;
            if (next.Count == 0)
            {
                if (!matcher.IsWhole && !matcher.HasLeftOut)
                {
                    throw new InvalidOperationException("a text that can neither go on nor end");
                }

                return;
            }

            draw = (draw * 1664525) + 1013904223;
            int skipped = (int)((draw >> 8) % next.Count);
            int token = Enumerable.Range(0, Vocabulary.Size).Where(next.Contains).ElementAt(skipped);
            if (!matcher.Append(token))
            {
                throw new InvalidOperationException($"token {token} is in the mask and is not allowed");
            }
        }
    }
}
