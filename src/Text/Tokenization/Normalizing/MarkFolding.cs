using System.Text;

namespace ExpertCluster.Text.Tokenization.Normalizing;

/// <summary>
/// Text without its non-spacing marks, as BERT's uncased vocabularies were made: decomposed (form D), then the marks left out.
/// What is no UTF-16 becomes U+FFFD. Time and memory are linear in the text: a character has four parts at most.
/// </summary>
public static class MarkFolding
{
    private const int MarksBegin = 0xC0;

    public static string Fold(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.AsSpan().IndexOfAnyExceptInRange('\0', (char)(MarksBegin - 1)) < 0)
        {
            return text;
        }

        StringBuilder folded = new(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            Append(rune.Value, folded);
        }

        return folded.ToString();
    }

    private static void Append(int point, StringBuilder to)
    {
        if (Hangul.IsSyllable(point))
        {
            var (lead, vowel, tail) = Hangul.Decompose(point);
            to.Append((char)lead).Append((char)vowel);
            if (tail >= 0)
            {
                to.Append((char)tail);
            }
        }
        else if (CanonicalData.Instance.Decompose(point) is { } parts)
        {
            foreach (int part in parts)
            {
                Append(part, to);
            }
        }
        else if (Rune.GetUnicodeCategory(new Rune(point)) != System.Globalization.UnicodeCategory.NonSpacingMark)
        {
            Span<char> units = stackalloc char[2];
            to.Append(units[..new Rune(point).EncodeToUtf16(units)]);
        }
    }
}
