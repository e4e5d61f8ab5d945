using ExpertCluster.Catalogue;
using ExpertCluster.Cli.Evaluation;
using ExpertCluster.Cli.GateBench.Contenders;
using ExpertCluster.Learning;

namespace ExpertCluster.Cli.GateBench.Sets;

/// <summary>The demo's examples as a lesson, and its held-out prompts with the fields of each.</summary>
internal sealed record DemoSets(Lesson Lesson, IReadOnlyList<(string Name, IReadOnlyList<EvalCase> Cases)> Sets)
{
    private static readonly string[] Names = ["single", "public", "reading", "languages", "preamble", "general", "compound"];

    /// <param name="config">The demo's catalogue; its sets lie in eval beside it.</param>
    /// <param name="limit">Cases of each set.</param>
    public static DemoSets Load(string config, int limit)
    {
        string folder = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(config))!, "eval");
        var catalogue = CatalogueFile.Load(config);
        return new DemoSets(
            new Lesson([.. catalogue.Experts.Where(catalogue.Gates).Select(Of)]),
            [.. Names.Select(name => (name, EvalSet.Sample(EvalSet.Load(Path.Combine(folder, $"{name}.jsonl")), limit)))]);
    }

    private static LessonField Of(ExpertEntry expert) => new(expert.Name)
    {
        IsGeneralist = expert.IsGeneralist,
        Examples = [.. (expert.Examples is { } file ? ExampleFile.Read(file) : []).Select(e => e.Prompt)],
        Keywords = expert.Keywords,
        Description = expert.Description,
    };
}
