using System.Text.Json;
using ExpertCluster.Files;

namespace ExpertCluster.Cli.Evaluation;

/// <summary>Files of what is asked, one JSON object a line.</summary>
internal static class CaseFile
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { RespectNullableAnnotations = true };

    /// <param name="file">At least one line.</param>
    /// <param name="what">A line is, for messages: "a case".</param>
    /// <param name="some">They are, for messages: "cases".</param>
    /// <param name="problemOf">What is wrong with one beside its form; null: nothing.</param>
    /// <exception cref="InvalidDataException">A line is none; the message names file and line.</exception>
    public static IReadOnlyList<T> Load<T>(string file, string what, string some, Func<T, string?> problemOf)
    {
        List<T> cases = [];
        foreach (string line in RegularFile.ReadLines(file))
        {
            try
            {
                var read = JsonSerializer.Deserialize<T>(line, Json) ?? throw new JsonException("null");
                cases.Add(problemOf(read) is { } problem ? throw new JsonException(problem) : read);
            }
            catch (JsonException error)
            {
                throw new InvalidDataException($"{file}:{cases.Count + 1}: not {what}: {error.Message}", error);
            }
        }

        return cases.Count > 0 ? cases : throw new InvalidDataException($"{file} has no {some}");
    }

    /// <summary>Evenly spread over the set, whose cases stand field by field.</summary>
    public static IReadOnlyList<T> Sample<T>(IReadOnlyList<T> cases, int limit) =>
        limit >= cases.Count ? cases : [.. Enumerable.Range(0, limit).Select(i => cases[(int)((long)i * cases.Count / limit)])];
}
