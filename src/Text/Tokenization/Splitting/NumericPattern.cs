using System.Buffers;
using System.Globalization;
using System.Text;
using ExpertCluster.Text.Bounds;

namespace ExpertCluster.Text.Tokenization.Splitting;

/// <summary>Each numeric character (Unicode category N) is a match: the Digits pre-tokenizer's.</summary>
internal sealed class NumericPattern : ITextPattern
{
    public List<(int Start, int End)> Matches(ReadOnlySpan<char> text, TextBudget budget)
    {
        budget.Check();
        List<(int, int)> matches = [];
        for (int at = 0; at < text.Length;)
        {
            var status = Rune.DecodeFromUtf16(text[at..], out var rune, out int units);
            if (status == OperationStatus.Done && Rune.GetUnicodeCategory(rune) is UnicodeCategory.DecimalDigitNumber
                    or UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber)
            {
                budget.Take(LiteralPattern.MatchBytes);
                matches.Add((at, at + units));
            }

            at += units;
        }

        return matches;
    }
}
