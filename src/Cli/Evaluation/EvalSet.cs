using System.Text.Json;
using System.Text.Json.Serialization;
using ExpertCluster.Files;

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
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { RespectNullableAnnotations = true };

    public static IReadOnlyList<EvalCase> Load(string file)
    {
        List<EvalCase> cases = [];
        foreach (string line in RegularFile.ReadLines(file))
        {
            try
            {
                var read = JsonSerializer.Deserialize<EvalCase>(line, Json) ?? throw new JsonException("null");
                cases.Add(Checked(read));
            }
            catch (JsonException error)
            {
                throw new InvalidDataException($"{file}:{cases.Count + 1}: not a case: {error.Message}", error);
            }
        }

        return cases.Count > 0 ? cases : throw new InvalidDataException($"{file} has no cases");
    }

    private static EvalCase Checked(EvalCase read) =>
        read.Domains.Count == 0 ? throw new JsonException("domains is empty")
        : read.History?.Any(turn => turn?.Role is not ("user" or "assistant")) == true ? throw new JsonException("history has a role that is not user or assistant")
        : read;

    /// <summary>Evenly spread over the set, whose cases stand field by field.</summary>
    public static IReadOnlyList<EvalCase> Sample(IReadOnlyList<EvalCase> cases, int limit) =>
        limit >= cases.Count ? cases : [.. Enumerable.Range(0, limit).Select(i => cases[(int)((long)i * cases.Count / limit)])];
}
