namespace ExpertCluster.Grammars.Syntax;

/// <summary>Collects rules, which may be named before they are known. The first is the root.</summary>
internal sealed class GrammarBuilder
{
    private readonly List<string> _names = [];
    private readonly List<GrammarNode?> _nodes = [];

    /// <summary>A rule to be defined; its node may be used at once.</summary>
    public RuleNode Declare(string name)
    {
        if (_names.Count >= GrammarLimits.MaxInstructions)
        {
            throw new GrammarException($"needs more than {GrammarLimits.MaxInstructions} rules");
        }

        _names.Add(name);
        _nodes.Add(null);
        return new RuleNode(_names.Count - 1);
    }

    public void Define(RuleNode rule, GrammarNode node) => _nodes[rule.Rule] = node;

    public bool IsDefined(RuleNode rule) => _nodes[rule.Rule] is not null;

    public Grammar Build() => new([.. _names.Zip(_nodes, (name, node) => new GrammarRule(name, node ?? throw new InvalidOperationException($"rule {name} has not been defined")))]);

    /// <summary>A grammar of one rule.</summary>
    public static Grammar Of(GrammarNode node) => new([new GrammarRule("root", node)]);
}
