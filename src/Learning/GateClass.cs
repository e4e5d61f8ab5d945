namespace ExpertCluster.Learning;

/// <summary>A class of a gate while it is taught.</summary>
internal sealed record GateClass(string Name, bool IsGeneralist, IReadOnlyList<GateExample> Examples)
{
    /// <summary>Plain carriers for a keyword: enough for the word to be seen in a sentence.</summary>
    private static readonly string[] Carriers = ["{0}", "What is {0}?", "Tell me about {0}.", "I have a question on {0}."];

    /// <summary>The classes of the request gate: whatever can be taught, and a generalist where the catalogue has none.</summary>
    public static IReadOnlyList<GateClass> OfRequest(GateTrainingSet set) => Complete(set.Experts, set.Experts[0].Base);

    /// <summary>The classes of a base's token gate: its own experts and the base alone.</summary>
    public static IReadOnlyList<GateClass> OfBase(GateTrainingSet set, string @base) =>
        Complete([.. set.Experts.Where(e => e.Base == @base)], @base);

    private static List<GateClass> Complete(IReadOnlyList<GateExpert> experts, string @base)
    {
        List<GateClass> classes = [.. experts.Where(e => e.CanBeTaught || e.IsGeneralist).Select(Of)];
        if (!classes.Exists(c => c.IsGeneralist))
        {
            classes.Add(new GateClass(@base, true, GenericText.Examples));
        }

        return classes;
    }

    private static GateClass Of(GateExpert expert)
    {
        List<GateExample> examples = [.. expert.Examples];
        foreach (string keyword in expert.Keywords)
        {
            examples.AddRange(Carriers.Select(c => new GateExample(c.Replace("{0}", keyword, StringComparison.Ordinal))));
        }

        if (expert.IsGeneralist)
        {
            examples.AddRange(GenericText.Examples);
        }

        return new GateClass(expert.Name, expert.IsGeneralist, examples);
    }
}
