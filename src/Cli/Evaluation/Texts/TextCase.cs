using System.Text.Json;
using System.Text.Json.Serialization;
using ExpertCluster.Files;

namespace ExpertCluster.Cli.Evaluation.Texts;

/// <summary>A held-out text, and whose it is, piece by piece.</summary>
/// <param name="Spans">In order; together they are the text.</param>
internal sealed record TextCase([property: JsonRequired] string Text, [property: JsonRequired] IReadOnlyList<TextSpan> Spans)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { RespectNullableAnnotations = true };

    /// <summary>The expert of all of it; null: it changes.</summary>
    public string? Domain => Spans.Select(s => s.Domain).Distinct(StringComparer.Ordinal).Take(2).ToArray() is [var only] ? only : null;

    /// <exception cref="InvalidDataException">A line is none; the message names file and line.</exception>
    public static IReadOnlyList<TextCase> Load(string file)
    {
        List<TextCase> cases = [];
        foreach (string line in RegularFile.ReadLines(file))
        {
            try
            {
                var read = JsonSerializer.Deserialize<TextCase>(line, Json) ?? throw new JsonException("null");
                cases.Add(read.Spans.Count > 0 && read.Text.Length > 0 ? read : throw new JsonException("text or spans is empty"));
            }
            catch (JsonException error)
            {
                throw new InvalidDataException($"{file}:{cases.Count + 1}: not a text with its spans: {error.Message}", error);
            }
        }

        return cases.Count > 0 ? cases : throw new InvalidDataException($"{file} has no texts");
    }
}

/// <summary>A piece of a text.</summary>
/// <param name="Domain">The expert's name.</param>
/// <param name="Chars">UTF-16 units.</param>
internal sealed record TextSpan([property: JsonRequired] string Domain, [property: JsonRequired] int Chars);
