namespace ExpertCluster.Learning;

/// <summary>The examples of every class that documents are drawn from: all, or one side of the held-out split.</summary>
internal sealed class ExamplePool
{
    /// <summary>A class with fewer things to learn from lends all of them to both sides.</summary>
    private const int LeastToSplit = 4;

    private ExamplePool(IReadOnlyList<GateClass> classes) => Classes = classes;

    public IReadOnlyList<GateClass> Classes { get; }

    public static ExamplePool All(IReadOnlyList<GateClass> classes) => new(classes);

    /// <summary>A pool to learn from and one to choose temperature and floor on.</summary>
    public static (ExamplePool Learn, ExamplePool Check) Split(IReadOnlyList<GateClass> classes, GateTrainingOptions options)
    {
        DeterministicRandom random = new(options.Seed ^ 0x5eed);
        List<GateClass> learn = [];
        List<GateClass> check = [];
        foreach (var one in classes)
        {
            // What was made of one thing goes to one side: a gate knows a keyword in any sentence that it saw it in.
            IGrouping<string, GateExample>[] groups = [.. one.Examples.GroupBy(e => e.MadeFrom ?? e.Prompt, StringComparer.Ordinal)];
            random.Shuffle(groups.AsSpan());
            int held = groups.Length < LeastToSplit ? 0 : Math.Max(options.HeldOutShare > 0 ? 1 : 0, (int)(groups.Length * options.HeldOutShare));
            learn.Add(one with { Examples = [.. groups[held..].SelectMany(g => g)] });
            check.Add(held == 0 ? one with { IsLearnedToo = true } : one with { Examples = [.. groups[..held].SelectMany(g => g)] });
        }

        return (new ExamplePool(learn), new ExamplePool(check));
    }
}
