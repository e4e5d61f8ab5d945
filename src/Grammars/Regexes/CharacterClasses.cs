using System.Collections.Concurrent;
using System.Globalization;
using ExpertCluster.Grammars.Characters;

namespace ExpertCluster.Grammars.Regexes;

/// <summary>
/// Classes of characters. Dialects differ in whether \d, \w and \s go beyond ASCII: each is taken narrow where it allows and wide where it forbids, so
/// that what is generated holds in all of them.
/// </summary>
internal static class CharacterClasses
{
    private static readonly ConcurrentDictionary<UnicodeCategory, CodePointSet> Categories = new();

    /// <summary>Letters, digits, marks and what joins words, in all scripts.</summary>
    private static readonly Lazy<CodePointSet> WideWord = new(() => OfProperty("L")!.Union(OfProperty("N")!).Union(OfProperty("M")!).Union(OfProperty("Pc")!));

    /// <summary>Names of general categories, with what stands in them.</summary>
    private static readonly Dictionary<string, UnicodeCategory[]> ByName = Names();

    /// <summary>Any but the ends of lines.</summary>
    public static CodePointSet Dot { get; } = CodePointSet.Of('\n', '\r', '\u2028', '\u2029').Complement();

    private static CodePointSet Digits { get; } = CodePointSet.Between('0', '9');

    private static CodePointSet Word { get; } = Digits.Union(CodePointSet.Between('a', 'z')).Union(CodePointSet.Between('A', 'Z')).Union(CodePointSet.Of('_'));

    private static CodePointSet Space { get; } = CodePointSet.Of(' ', '\t', '\n', '\r', '\f', '\v');

    private static CodePointSet WideSpace { get; } =
        Space.Union(CodePointSet.Between(0x1C, 0x1F)).Union(CodePointSet.Of('\u0085', '\u00A0', '\u1680', '\u2028', '\u2029', '\u202F', '\u205F', '\u3000', '\uFEFF')).Union(CodePointSet.Between(0x2000, 0x200A));

    /// <summary>Of an escape's letter: d, w, s, and their capitals; null for others.</summary>
    /// <param name="letter">Behind the backslash.</param>
    /// <param name="forbids">Whether the class stands where its characters are taken away.</param>
    public static CodePointSet? OfEscape(char letter, bool forbids) => letter switch
    {
        'd' => forbids ? OfProperty("Nd")! : Digits,
        'w' => forbids ? WideWord.Value : Word,
        's' => forbids ? WideSpace : Space,
        'D' or 'W' or 'S' => OfEscape(char.ToLowerInvariant(letter), !forbids)!.Complement(),
        _ => null,
    };

    /// <summary>Of a general category by its short name; null for any other name.</summary>
    public static CodePointSet? OfProperty(string name) =>
        ByName.TryGetValue(name, out var categories) ? categories.Select(OfCategory).Aggregate((a, b) => a.Union(b)) : null;

    private static CodePointSet OfCategory(UnicodeCategory category) => Categories.GetOrAdd(category, static wanted =>
    {
        List<CodePoints> ranges = [];
        for (int c = 0; c <= CodePointSet.Highest; c++)
        {
            if (CharUnicodeInfo.GetUnicodeCategory(c) == wanted)
            {
                int first = c;
                while (c < CodePointSet.Highest && CharUnicodeInfo.GetUnicodeCategory(c + 1) == wanted)
                {
                    c++;
                }

                ranges.Add(new CodePoints(first, c));
            }
        }

        return CodePointSet.Of(ranges);
    });

    private static Dictionary<string, UnicodeCategory[]> Names()
    {
        Dictionary<string, UnicodeCategory> categories = new(StringComparer.Ordinal)
        {
            ["Lu"] = UnicodeCategory.UppercaseLetter,
            ["Ll"] = UnicodeCategory.LowercaseLetter,
            ["Lt"] = UnicodeCategory.TitlecaseLetter,
            ["Lm"] = UnicodeCategory.ModifierLetter,
            ["Lo"] = UnicodeCategory.OtherLetter,
            ["Mn"] = UnicodeCategory.NonSpacingMark,
            ["Mc"] = UnicodeCategory.SpacingCombiningMark,
            ["Me"] = UnicodeCategory.EnclosingMark,
            ["Nd"] = UnicodeCategory.DecimalDigitNumber,
            ["Nl"] = UnicodeCategory.LetterNumber,
            ["No"] = UnicodeCategory.OtherNumber,
            ["Zs"] = UnicodeCategory.SpaceSeparator,
            ["Zl"] = UnicodeCategory.LineSeparator,
            ["Zp"] = UnicodeCategory.ParagraphSeparator,
            ["Cc"] = UnicodeCategory.Control,
            ["Cf"] = UnicodeCategory.Format,
            ["Co"] = UnicodeCategory.PrivateUse,
            ["Cn"] = UnicodeCategory.OtherNotAssigned,
            ["Pc"] = UnicodeCategory.ConnectorPunctuation,
            ["Pd"] = UnicodeCategory.DashPunctuation,
            ["Ps"] = UnicodeCategory.OpenPunctuation,
            ["Pe"] = UnicodeCategory.ClosePunctuation,
            ["Pi"] = UnicodeCategory.InitialQuotePunctuation,
            ["Pf"] = UnicodeCategory.FinalQuotePunctuation,
            ["Po"] = UnicodeCategory.OtherPunctuation,
            ["Sm"] = UnicodeCategory.MathSymbol,
            ["Sc"] = UnicodeCategory.CurrencySymbol,
            ["Sk"] = UnicodeCategory.ModifierSymbol,
            ["So"] = UnicodeCategory.OtherSymbol,
        };
        var names = categories.ToDictionary(category => category.Key, category => new[] { category.Value }, StringComparer.Ordinal);
        foreach (var major in categories.GroupBy(category => category.Key[..1]))
        {
            names[major.Key] = [.. major.Select(category => category.Value)];
        }

        return names;
    }
}
