using System.Text.Json.Serialization;

namespace ExpertCluster.Cli.Evaluation;

/// <summary>One held-out prompt and its true answer.</summary>
/// <param name="Domains">The experts that know the answer, in the order of its parts; "general" for the generalist.</param>
/// <param name="Halves">The parts of a compound answer; null otherwise.</param>
/// <param name="History">The turns before the prompt, with true answers; null where there are none.</param>
internal sealed record EvalCase(
    [property: JsonRequired] string Prompt,
    [property: JsonRequired] string Answer,
    [property: JsonRequired] IReadOnlyList<string> Domains,
    IReadOnlyList<string>? Halves = null,
    IReadOnlyList<EvalTurn>? History = null);

/// <summary>A turn of a conversation.</summary>
/// <param name="Role">"user" or "assistant".</param>
internal sealed record EvalTurn([property: JsonRequired] string Role, [property: JsonRequired] string Content);

/// <summary>A file of <see cref="EvalCase"/>s, one JSON object a line.</summary>
internal static class EvalSet
{
    public static IReadOnlyList<EvalCase> Load(string file) => CaseFile.Load<EvalCase>(file, "a case", "cases", ProblemOf);

    private static string? ProblemOf(EvalCase read) =>
        read.Domains.Count == 0 ? "domains is empty"
        : read.History?.Any(turn => turn?.Role is not ("user" or "assistant")) == true ? "history has a role that is not user or assistant"
        : null;

    /// <inheritdoc cref="CaseFile.Sample"/>
    public static IReadOnlyList<EvalCase> Sample(IReadOnlyList<EvalCase> cases, int limit) => CaseFile.Sample(cases, limit);
}
