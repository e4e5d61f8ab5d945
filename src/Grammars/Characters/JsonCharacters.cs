using System.Globalization;

namespace ExpertCluster.Grammars.Characters;

/// <summary>How a character may stand in a JSON string (RFC 8259, section 7): as itself, or as the one escape that is taken for it here.</summary>
internal static class JsonCharacters
{
    /// <summary>Characters that stand for themselves.</summary>
    public static CodePointSet Plain { get; } = CodePointSet.Of([new CodePoints(0x20, CodePointSet.Highest)]).Except(CodePointSet.Of('"', '\\'));

    /// <summary>The others, with their escapes.</summary>
    public static IReadOnlyList<(int CodePoint, string Spelling)> Escaped { get; } =
        [.. Plain.Complement().Ranges.SelectMany(range => Enumerable.Range(range.First, range.Last - range.First + 1)).Select(c => (c, Spell(c)))];

    private static string Spell(int codePoint) => codePoint switch
    {
        '"' => "\\\"",
        '\\' => "\\\\",
        '\b' => "\\b",
        '\f' => "\\f",
        '\n' => "\\n",
        '\r' => "\\r",
        '\t' => "\\t",
        _ => string.Create(CultureInfo.InvariantCulture, $"\\u{codePoint:x4}"),
    };
}
