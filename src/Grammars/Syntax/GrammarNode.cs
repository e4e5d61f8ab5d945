using ExpertCluster.Grammars.Characters;

namespace ExpertCluster.Grammars.Syntax;

/// <summary>A set of texts, as a tree. Immutable.</summary>
internal abstract record GrammarNode
{
    /// <summary>The empty text alone.</summary>
    public static GrammarNode Empty { get; } = new SequenceNode([]);

    /// <summary>No text at all.</summary>
    public static GrammarNode Nothing { get; } = new ChoiceNode([]);

    public static GrammarNode Text(string text) => new TextsNode([text]);

    public static GrammarNode Sequence(params IReadOnlyList<GrammarNode> parts) => parts.Count == 1 ? parts[0] : new SequenceNode(parts);

    public static GrammarNode Choice(params IReadOnlyList<GrammarNode> parts) => parts.Count == 1 ? parts[0] : new ChoiceNode(parts);

    public static GrammarNode Optional(GrammarNode node) => new RepeatNode(node, 0, 1);

    public static GrammarNode Many(GrammarNode node) => new RepeatNode(node, 0, null);
}

/// <summary>One character of a set.</summary>
internal sealed record CharactersNode(CodePointSet Set) : GrammarNode;

/// <summary>One of some texts.</summary>
internal sealed record TextsNode(IReadOnlyList<string> Texts) : GrammarNode;

/// <summary>One after the other.</summary>
internal sealed record SequenceNode(IReadOnlyList<GrammarNode> Parts) : GrammarNode;

/// <summary>Any of them.</summary>
internal sealed record ChoiceNode(IReadOnlyList<GrammarNode> Parts) : GrammarNode;

/// <summary>So many times; null: without an upper bound.</summary>
internal sealed record RepeatNode(GrammarNode Node, int Least, int? Most) : GrammarNode;

/// <summary>What a rule of the grammar says; the only node that may lead back to where it stands.</summary>
internal sealed record RuleNode(int Rule) : GrammarNode;

/// <summary>The texts that an automaton accepts.</summary>
/// <param name="Automaton">Of the characters that are meant.</param>
/// <param name="InJson">They are spelled as inside a JSON string.</param>
internal sealed record AutomatonNode(CharacterAutomaton Automaton, bool InJson) : GrammarNode;
