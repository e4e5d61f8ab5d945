using ExpertCluster.Catalogue.Preparation;
using ExpertCluster.Cli.Evaluation;

namespace ExpertCluster.Cli.Demo;

/// <summary>One prompt of the demo.</summary>
/// <param name="About">What it shows.</param>
/// <param name="Text">The user's message.</param>
/// <param name="Expected">The true answer.</param>
internal sealed record DemoPrompt(string About, string Text, string Expected)
{
    private static readonly string[] Fields = ["finance", "law", "medicine"];

    /// <summary>Taken from the held-out sets: one of each of three fields, one that needs two, one that no expert knows.</summary>
    public static IReadOnlyList<DemoPrompt> Choose()
    {
        string folder = Path.Combine(Path.GetDirectoryName(DemoCatalogue.Path)!, "eval");
        var single = EvalSet.Load(Path.Combine(folder, "single.jsonl"));
        return
        [
            .. Fields.Select(field => From($"one field: {field}", single.First(c => c.Domains.Contains(field)))),
            From("two fields in one answer", EvalSet.Load(Path.Combine(folder, "compound.jsonl"))[0]),
            From("no expert's field", EvalSet.Load(Path.Combine(folder, "general.jsonl")).First(c => !System.Text.Ascii.IsValid(c.Answer))),
        ];
    }

    private static DemoPrompt From(string about, EvalCase c) => new(about, c.Prompt, c.Answer);
}
