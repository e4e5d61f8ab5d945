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
            var (more, held) = Split(one, options, random);
            learn.Add(more);
            check.Add(held ?? one with { IsLearnedToo = true });
        }

        return (new ExamplePool(learn), new ExamplePool(check));
    }

    /// <summary>The same where there are many classes: examples of some of them say enough. The generalists' are among these; a class that held nothing out has no examples to choose on.</summary>
    /// <param name="classes">All.</param>
    /// <param name="options">The seed, and the share of a class.</param>
    /// <param name="most">Examples to choose on, until which classes are asked for theirs.</param>
    public static (ExamplePool Learn, ExamplePool Check) SplitSome(IReadOnlyList<GateClass> classes, GateTrainingOptions options, int most)
    {
        DeterministicRandom random = new(options.Seed ^ 0x5eed);
        GateClass[] learn = [.. classes];
        GateClass[] check = [.. classes.Select(c => c with { Examples = [], IsLearnedToo = true })];
        int[] order = [.. Enumerable.Range(0, classes.Count)];
        random.Shuffle(order.AsSpan());
        int count = 0;
        foreach (int of in order.OrderByDescending(of => classes[of].IsGeneralist))
        {
            if (count < most && Split(classes[of], options, random) is (var more, { } held))
            {
                (learn[of], check[of]) = (more, held);
                count += held.Examples.Count;
            }
        }

        return (new ExamplePool(learn), new ExamplePool(check));
    }

    private static (GateClass Learn, GateClass? Held) Split(GateClass one, GateTrainingOptions options, DeterministicRandom random)
    {
        // What was made of one thing goes to one side: a gate knows a keyword in any sentence that it saw it in.
        IGrouping<string, GateExample>[] groups = [.. one.Examples.GroupBy(e => e.MadeFrom ?? e.Prompt, StringComparer.Ordinal)];
        random.Shuffle(groups.AsSpan());
        int held = groups.Length < LeastToSplit ? 0 : Math.Max(options.HeldOutShare > 0 ? 1 : 0, (int)(groups.Length * options.HeldOutShare));
        return (one with { Examples = [.. groups[held..].SelectMany(g => g)] }, held == 0 ? null : one with { Examples = [.. groups[..held].SelectMany(g => g)] });
    }
}
