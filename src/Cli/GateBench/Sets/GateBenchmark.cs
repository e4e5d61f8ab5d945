using ExpertCluster.Cli.GateBench.Contenders;

namespace ExpertCluster.Cli.GateBench.Sets;

/// <summary>A field of the benchmark, and what may be taught of it.</summary>
/// <param name="Name">In the sets, and of the expert.</param>
/// <param name="Description">One sentence.</param>
/// <param name="Keywords">A few words.</param>
/// <param name="Examples">In the order in which they are taught: a smaller lesson has the first ones.</param>
internal sealed record BenchField(string Name, string Description, IReadOnlyList<string> Keywords, IReadOnlyList<string> Examples);

/// <summary>Fields, the largest first, and the sets that gates are measured on; the first set is the one that most figures are of.</summary>
internal sealed record GateBenchmark(IReadOnlyList<BenchField> Fields, IReadOnlyList<BenchSet> Sets)
{
    private const int Few = 20;
    private const int Many = 50;

    /// <summary>All lessons, with their titles.</summary>
    public IReadOnlyList<(string Title, Lesson Lesson)> Lessons =>
    [
        ($"{Few} examples a field", Teach(f => new LessonField(f.Name) { Examples = [.. f.Examples.Take(Few)] })),
        ($"{Many} examples a field", Teach(f => new LessonField(f.Name) { Examples = [.. f.Examples.Take(Many)] })),
        ("One sentence a field", Teach(f => new LessonField(f.Name) { Description = f.Description })),
        ("Five keywords a field", Teach(f => new LessonField(f.Name) { Keywords = f.Keywords })),
    ];

    public GateBenchmark Limited(int limit) => this with { Sets = [.. Sets.Select(s => s.Limited(limit))] };

    private Lesson Teach(Func<BenchField, LessonField> of) => new([.. Fields.Select(of)]);
}
