using ExpertCluster.Grammars.Ebnf;
using ExpertCluster.Grammars.JsonSchemas;
using ExpertCluster.Grammars.Regexes;
using ExpertCluster.Grammars.Syntax;

namespace ExpertCluster.Grammars.Sources;

/// <summary>What grammars are written in. All throw <see cref="GrammarException"/> for what can't be read, and heed the budget's cancellation.</summary>
public static class GrammarSources
{
    /// <summary>Any JSON object.</summary>
    public static Grammar JsonObject() => SchemaReader.AnyObject();

    /// <param name="schema">JSON Schema, draft 2020-12.</param>
    /// <param name="budget">Of reading and compiling.</param>
    public static Grammar JsonSchema(string schema, GrammarBudget budget)
    {
        ArgumentNullException.ThrowIfNull(schema);
        ArgumentNullException.ThrowIfNull(budget);
        return SchemaReader.Read(schema, budget);
    }

    /// <param name="expression">Matched by the whole text.</param>
    /// <param name="budget">Of reading and compiling.</param>
    public static Grammar Regex(string expression, GrammarBudget budget)
    {
        ArgumentNullException.ThrowIfNull(expression);
        ArgumentNullException.ThrowIfNull(budget);
        return GrammarBuilder.Of(RegexReader.Read(expression, RegexMode.Whole, budget));
    }

    /// <summary>One of some texts.</summary>
    /// <exception cref="GrammarException">There are none, or too many.</exception>
    public static Grammar Choice(IReadOnlyList<string> texts)
    {
        ArgumentNullException.ThrowIfNull(texts);
        return texts.Count is 0 or > GrammarLimits.MaxChoices ? throw new GrammarException($"has {texts.Count} texts; there must be 1 to {GrammarLimits.MaxChoices}")
            : texts.Sum(text => (long)text.Length) > GrammarLimits.MaxSource ? throw new GrammarException($"has texts of more than {GrammarLimits.MaxSource} characters in all")
            : GrammarBuilder.Of(new TextsNode([.. texts]));
    }

    /// <param name="rules">GBNF.</param>
    /// <param name="budget">Of reading and compiling.</param>
    public static Grammar Ebnf(string rules, GrammarBudget budget)
    {
        ArgumentNullException.ThrowIfNull(rules);
        ArgumentNullException.ThrowIfNull(budget);
        return EbnfReader.Read(rules, budget);
    }
}
