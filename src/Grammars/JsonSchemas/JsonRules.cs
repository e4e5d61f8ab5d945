using ExpertCluster.Grammars.Characters;
using ExpertCluster.Grammars.Syntax;

namespace ExpertCluster.Grammars.JsonSchemas;

/// <summary>
/// Rules of JSON itself (RFC 8259), made when they are needed. White space stands where people put it, and is bounded; numbers have at most 19, 17 and 2 digits: a model
/// that has lost its way does not fill its answer with either.
/// </summary>
internal sealed class JsonRules(GrammarBuilder builder)
{
    private const int MaxIndent = 32;
    private readonly Dictionary<string, RuleNode> _rules = new(StringComparer.Ordinal);

    /// <summary>Nothing, a blank, or a new line with its indent.</summary>
    public RuleNode Space => Rule("space", () => GrammarNode.Optional(GrammarNode.Choice(
        GrammarNode.Text(" "),
        GrammarNode.Sequence(GrammarNode.Text("\n"), new RepeatNode(new CharactersNode(CodePointSet.Of(' ', '\t')), 0, MaxIndent)))));

    public RuleNode Value => Rule("value", () => GrammarNode.Choice(Object, Array, String, Number, Boolean, Null));

    public RuleNode Object => Rule("object", () => Braced('{', Member(String, Value), '}'));

    public RuleNode Array => Rule("array", () => Braced('[', Value, ']'));

    public RuleNode String => Rule("string", () => Quoted(GrammarNode.Many(Character)));

    /// <summary>One character inside a string, in any of its spellings.</summary>
    public RuleNode Character => Rule("character", () => GrammarNode.Choice(new CharactersNode(JsonCharacters.Plain), Escape()));

    public RuleNode Number => Rule("number", () => GrammarNode.Sequence(
        GrammarNode.Optional(GrammarNode.Text("-")),
        NumberTexts.Whole,
        GrammarNode.Optional(NumberTexts.Fraction),
        GrammarNode.Optional(GrammarNode.Sequence(
            new CharactersNode(CodePointSet.Of('e', 'E')),
            GrammarNode.Optional(new CharactersNode(CodePointSet.Of('+', '-'))),
            new RepeatNode(NumberTexts.Digit, 1, 2)))));

    public static GrammarNode Boolean { get; } = new TextsNode(["true", "false"]);

    public static GrammarNode Null { get; } = GrammarNode.Text("null");

    public static GrammarNode Quoted(GrammarNode inside) => GrammarNode.Sequence(GrammarNode.Text("\""), inside, GrammarNode.Text("\""));

    /// <summary>A name, quotes and all, and its value.</summary>
    public GrammarNode Member(GrammarNode name, GrammarNode value) => GrammarNode.Sequence(name, GrammarNode.Text(":"), Space, value);

    /// <summary>Between two items.</summary>
    public GrammarNode Comma => GrammarNode.Sequence(GrammarNode.Text(","), Space);

    /// <summary>So many items with commas between them; a bound of null: none.</summary>
    public GrammarNode Braced(char open, GrammarNode item, char close, int least = 0, int? most = null)
    {
        var more = new RepeatNode(GrammarNode.Sequence(Comma, item), Math.Max(0, least - 1), most - 1);
        var some = GrammarNode.Sequence(item, more, Space);
        return GrammarNode.Sequence(
            GrammarNode.Text(open.ToString()),
            Space,
            most == 0 ? GrammarNode.Empty : least == 0 ? GrammarNode.Optional(some) : some,
            GrammarNode.Text(close.ToString()));
    }

    private static GrammarNode Escape()
    {
        var hex = Hex('0', 'f');
        return GrammarNode.Sequence(GrammarNode.Text("\\"), GrammarNode.Choice(
            new CharactersNode(CodePointSet.Of('"', '\\', '/', 'b', 'f', 'n', 'r', 't')),
            GrammarNode.Sequence(GrammarNode.Text("u"), GrammarNode.Choice(
                GrammarNode.Sequence(Hex('0', 'c'), hex, hex, hex),
                GrammarNode.Sequence(Hex('e', 'f'), hex, hex, hex),
                GrammarNode.Sequence(Hex('d', 'd'), Hex('0', '7'), hex, hex),

                // Both halves of a surrogate pair, which are one character.
                GrammarNode.Sequence(Hex('d', 'd'), Hex('8', 'b'), hex, hex, GrammarNode.Text("\\u"), Hex('d', 'd'), Hex('c', 'f'), hex, hex)))));
    }

    /// <summary>Hexadecimal digits from one to another, in both cases.</summary>
    private static CharactersNode Hex(char first, char last) => new(CodePointSet.Of(
        "0123456789abcdef".Where(c => c >= first && c <= last).SelectMany(c => new[] { new CodePoints(c, c), new CodePoints(char.ToUpperInvariant(c), char.ToUpperInvariant(c)) })));

    /// <param name="name">Of what the node says: the same name, the same node.</param>
    /// <param name="node">Made where there is none of that name yet.</param>
    public RuleNode Rule(string name, Func<GrammarNode> node)
    {
        if (!_rules.TryGetValue(name, out var rule))
        {
            // Declared before its node is made: values hold values.
            _rules.Add(name, rule = builder.Declare(name));
            builder.Define(rule, node());
        }

        return rule;
    }
}
