namespace ExpertCluster.Learning;

/// <summary>The examples of every class that documents are drawn from: all, or one side of the held-out split.</summary>
internal sealed class ExamplePool
{
    /// <summary>A class with fewer examples lends all of them to both sides.</summary>
    private const int LeastToSplit = 8;

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
            GateExample[] examples = [.. one.Examples];
            random.Shuffle(examples.AsSpan());
            int held = examples.Length < LeastToSplit ? 0 : (int)(examples.Length * options.HeldOutShare);
            learn.Add(one with { Examples = examples[held..] });
            check.Add(held == 0 ? one : one with { Examples = examples[..held] });
        }

        return (new ExamplePool(learn), new ExamplePool(check));
    }
}
