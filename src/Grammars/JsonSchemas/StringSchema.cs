using ExpertCluster.Grammars.Automata;
using ExpertCluster.Grammars.Characters;
using ExpertCluster.Grammars.Regexes;
using ExpertCluster.Grammars.Syntax;

namespace ExpertCluster.Grammars.JsonSchemas;

/// <summary>Strings: a count where their length alone is bounded, an automaton where a pattern or a format is.</summary>
internal static class StringSchema
{
    public static GrammarNode Node(SchemaValue schema, JsonRules json, GrammarBudget budget)
    {
        int least = schema.Count("minLength") ?? 0;
        int? most = schema.Count("maxLength");
        if (most < least)
        {
            throw schema.At("maxLength").Error($"is {most}, below minLength, which is {least}");
        }

        var (pattern, format) = (schema.Text("pattern"), schema.Text("format"));
        if (pattern is null && format is null)
        {
            return least == 0 && most is null ? json.String : JsonRules.Quoted(new RepeatNode(json.Character, least, most));
        }

        // Made once, however many properties have it.
        return json.Rule($"string {format} {least} {most} {pattern}", () => Automaton(schema, pattern, format, least, most, budget));
    }

    private static GrammarNode Automaton(SchemaValue schema, string? pattern, string? format, int least, int? most, GrammarBudget budget)
    {
        List<GrammarNode> bounds = [];
        if (pattern is not null)
        {
            bounds.Add(Pattern(schema.At("pattern"), pattern, budget));
        }

        if (format is not null)
        {
            bounds.Add(StringFormats.Find(format, budget) ?? throw schema.At("format").Error($"is '{format}'; the formats that are followed are {StringFormats.Known}"));
        }

        if (least > 0 || most is not null)
        {
            bounds.Add(new RepeatNode(new CharactersNode(CodePointSet.All), least, most));
        }

        try
        {
            var automaton = bounds.Select(bound => AutomatonBuilder.Build(bound, budget)).Aggregate((a, b) => a.Intersect(b, budget));
            return automaton.IsEmpty ? GrammarNode.Nothing : JsonRules.Quoted(new AutomatonNode(automaton, InJson: true));
        }
        catch (GrammarException error)
        {
            throw schema.Error($"{error.Message}");
        }
    }

    private static GrammarNode Pattern(SchemaValue place, string pattern, GrammarBudget budget)
    {
        try
        {
            return RegexReader.Read(pattern, RegexMode.Somewhere, budget);
        }
        catch (GrammarException error)
        {
            throw place.Error(error.Message);
        }
    }
}
