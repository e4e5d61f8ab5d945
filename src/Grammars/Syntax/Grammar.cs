namespace ExpertCluster.Grammars.Syntax;

/// <summary>A context-free grammar: what its first rule says.</summary>
public sealed class Grammar
{
    internal Grammar(IReadOnlyList<GrammarRule> rules) => Rules = rules;

    internal IReadOnlyList<GrammarRule> Rules { get; }
}

/// <param name="Name">As errors call it.</param>
/// <param name="Node">What it stands for.</param>
internal sealed record GrammarRule(string Name, GrammarNode Node);
