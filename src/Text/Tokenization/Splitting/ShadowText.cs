using System.Buffers;
using System.Globalization;
using System.Text;

namespace ExpertCluster.Text.Tokenization.Splitting;

/// <summary>
/// .NET's regular expressions see UTF-16 units, the patterns of tokenizers mean code points. So a pattern
/// runs on a shadow of the text in which each code point beyond the basic plane is one unit: a substitute of
/// the same general category. Text without such code points is its own shadow.
/// </summary>
internal sealed class ShadowText
{
    private readonly char[] _substitutes;

    /// <param name="isNamed">Whether the pattern names a unit by itself or in a range; such a unit cannot be a substitute.</param>
    /// <exception cref="ArgumentException">The pattern names every unit of some category.</exception>
    public ShadowText(Func<char, bool> isNamed)
    {
        _substitutes = new char[(int)UnicodeCategory.OtherNotAssigned + 1];
        for (int unit = 0xFFFF; unit > 0x7F; unit--)
        {
            ref char substitute = ref _substitutes[(int)CharUnicodeInfo.GetUnicodeCategory((char)unit)];
            if (substitute == 0 && !isNamed((char)unit))
            {
                substitute = (char)unit;
            }
        }

        for (int category = 0; category < _substitutes.Length; category++)
        {
            // These have no code point beyond the basic plane.
            bool basicOnly = (UnicodeCategory)category is UnicodeCategory.SpaceSeparator or UnicodeCategory.LineSeparator
                or UnicodeCategory.ParagraphSeparator or UnicodeCategory.Control or UnicodeCategory.Surrogate;
            if (_substitutes[category] == 0 && !basicOnly)
            {
                throw new ArgumentException($"the pattern names every character of category {(UnicodeCategory)category}");
            }
        }
    }

    /// <summary>
    /// Writes the shadow into <paramref name="shadow"/> and each shadow unit's place in the text, and the
    /// text's length after the last, into <paramref name="places"/>; both at least one longer than the text.
    /// </summary>
    /// <returns>The shadow's length.</returns>
    public int Cast(ReadOnlySpan<char> text, Span<char> shadow, Span<int> places)
    {
        int count = 0;
        for (int at = 0; at < text.Length; count++)
        {
            places[count] = at;
            if (char.IsHighSurrogate(text[at])
                && Rune.DecodeFromUtf16(text[at..], out var rune, out int units) == OperationStatus.Done)
            {
                shadow[count] = _substitutes[(int)Rune.GetUnicodeCategory(rune)];
                at += units;
            }
            else
            {
                shadow[count] = text[at++];
            }
        }

        places[count] = text.Length;
        return count;
    }
}
