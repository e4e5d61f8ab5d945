namespace ExpertCluster.Learning;

/// <summary>A class of a gate while it is taught.</summary>
internal sealed record GateClass(string Name, bool IsGeneralist, IReadOnlyList<GateExample> Examples)
{
    /// <summary>Plain carriers for a keyword: enough for the word to be seen in a sentence.</summary>
    private static readonly string[] Carriers = ["{0}", "What is {0}?", "Tell me about {0}.", "I have a question on {0}."];

    /// <summary>What says of what it is without being a prompt: name, description and its parts, keywords. For gates that know what words mean.</summary>
    public IReadOnlyList<string> Hints { get; init; } = [];

    /// <summary>Whether what it is judged by was learned as well, as there was too little to hold any out: it says nothing of accuracy.</summary>
    public bool IsLearnedToo { get; init; }

    /// <summary>Its own prompts alone, without what was made of keywords and description, and without what every generalist is taught.</summary>
    public IReadOnlyList<string> Prompts { get; init; } = [];

    /// <summary>The classes of the request gate: whatever can be taught, and a generalist where the catalogue has none.</summary>
    public static IReadOnlyList<GateClass> OfRequest(GateTrainingSet set) => Complete([.. Taught(set).Select(WithDescription)], set.Base ?? set.Experts[0].Base);

    /// <summary>The classes of a base's token gate: its own experts and the base alone.</summary>
    public static IReadOnlyList<GateClass> OfBase(GateTrainingSet set, string @base) =>
        Complete([.. Taught(set).Where(e => e.Base == @base).Select(e => e.CanBeTaught ? e : WithDescription(e))], @base);

    private static IEnumerable<GateExpert> Taught(GateTrainingSet set) => set.Experts.Where(e => set.CanTeach(e) || e.IsGeneralist);

    private static List<GateClass> Complete(IReadOnlyList<GateExpert> experts, string @base)
    {
        List<GateClass> classes = [.. experts.Select(Of)];
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
            examples.AddRange(Carriers.Select(c => new GateExample(c.Replace("{0}", keyword, StringComparison.Ordinal)) { MadeFrom = keyword }));
        }

        if (expert.IsGeneralist)
        {
            examples.AddRange(GenericText.Examples);
        }

        return new GateClass(expert.Name, expert.IsGeneralist, examples)
        {
            Hints = ClassHints.Of(expert),
            Prompts = [.. expert.Examples.Where(e => e.Prompt != expert.Description).Select(e => e.Prompt)],
        };
    }

    /// <summary>A description is one more example of the whole text; a token gate's windows would learn its style.</summary>
    private static GateExpert WithDescription(GateExpert expert) =>
        expert.IsGeneralist || string.IsNullOrWhiteSpace(expert.Description) || expert.Description.Length > GateTrainingValidator.MaxLength
            ? expert
            : expert with { Examples = [.. expert.Examples, new GateExample(expert.Description)] };
}
