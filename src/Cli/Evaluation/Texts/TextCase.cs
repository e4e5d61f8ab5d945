using System.Text.Json.Serialization;

namespace ExpertCluster.Cli.Evaluation.Texts;

/// <summary>A held-out text, and whose it is, piece by piece.</summary>
/// <param name="Spans">In order; together they are the text.</param>
internal sealed record TextCase([property: JsonRequired] string Text, [property: JsonRequired] IReadOnlyList<TextSpan> Spans)
{
    /// <summary>The expert of all of it; null: it changes.</summary>
    public string? Domain => Spans.Select(s => s.Domain).Distinct(StringComparer.Ordinal).Take(2).ToArray() is [var only] ? only : null;

    /// <inheritdoc cref="CaseFile.Load"/>
    public static IReadOnlyList<TextCase> Load(string file) =>
        CaseFile.Load<TextCase>(file, "a text with its spans", "texts", read => read.Spans.Count > 0 && read.Text.Length > 0 ? null : "text or spans is empty");
}

/// <summary>A piece of a text.</summary>
/// <param name="Domain">The expert's name.</param>
/// <param name="Chars">UTF-16 units.</param>
internal sealed record TextSpan([property: JsonRequired] string Domain, [property: JsonRequired] int Chars);
