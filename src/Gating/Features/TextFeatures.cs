using System.Globalization;
using System.Text;

namespace ExpertCluster.Gating.Features;

/// <summary>
/// Words, pairs of words and character n-grams (2 to 4) of a text, whatever its script, independent of any tokenizer.
/// A word is a run of letters, marks, digits and underscores in lower case, digits read as one symbol; an ideograph is a
/// word of its own, and so is any other visible character. Not thread-safe.
/// </summary>
internal sealed class TextFeatures(int buckets)
{
    /// <summary>Most distinct features of one text; a text of <see cref="TextWindow"/>'s size stays below.</summary>
    public const int Limit = 24_576;

    private const int WordTag = 1;
    private const int PairTag = 2;
    private const int GramTag = 3;
    private const int MaxWordLength = 64;
    private const int Edge = 0x110000;

    private readonly int[] _word = new int[MaxWordLength + 2];
    private int _length;
    private uint _previous;
    private bool _hasPrevious;

    public void Extract(ReadOnlySpan<char> text, FeatureBag into)
    {
        into.Clear();
        (int head, int tail) = TextWindow.Of(text);
        Part(text[..head], into);
        Part(text[tail..], into);
    }

    private void Part(ReadOnlySpan<char> text, FeatureBag into)
    {
        _hasPrevious = false;
        _length = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            var category = Rune.GetUnicodeCategory(rune);
            if (IsIdeograph(rune.Value))
            {
                EndWord(into);
                Append(rune.Value, into);
                EndWord(into);
            }
            else if (IsWordPart(category))
            {
                Append(category is UnicodeCategory.DecimalDigitNumber ? '0' : Rune.ToLowerInvariant(rune).Value, into);
            }
            else
            {
                EndWord(into);
                if (category is UnicodeCategory.Control or UnicodeCategory.SpaceSeparator or UnicodeCategory.LineSeparator
                    or UnicodeCategory.ParagraphSeparator or UnicodeCategory.Format)
                {
                    continue;
                }

                Append(rune.Value, into);
                EndWord(into);
            }
        }

        EndWord(into);
    }

    private void Append(int symbol, FeatureBag into)
    {
        if (_length == MaxWordLength)
        {
            EndWord(into);
        }

        _word[++_length] = symbol;
    }

    private void EndWord(FeatureBag into)
    {
        if (_length == 0)
        {
            return;
        }

        uint word = Fnv.Start(WordTag);
        for (int i = 1; i <= _length; i++)
        {
            word = Fnv.Add(word, _word[i]);
        }

        into.Add(Fnv.Bucket(word, buckets));
        if (_hasPrevious)
        {
            into.Add(Fnv.Bucket(Fnv.Add(Fnv.Add(Fnv.Start(PairTag), (int)(_previous >> 1)), (int)(word >> 1)), buckets));
        }

        (_previous, _hasPrevious) = (word, true);
        if (_length > 1)
        {
            CharacterGrams(into);
        }

        _length = 0;
    }

    private void CharacterGrams(FeatureBag into)
    {
        // The word between its edges, so that beginnings and endings are features of their own.
        _word[0] = Edge;
        _word[_length + 1] = Edge;
        for (int start = 0; start < _length + 2; start++)
        {
            uint hash = Fnv.Start(GramTag);
            for (int size = 1; size <= 4 && start + size <= _length + 2; size++)
            {
                hash = Fnv.Add(hash, _word[start + size - 1]);
                if (size > 1)
                {
                    into.Add(Fnv.Bucket(hash, buckets));
                }
            }
        }
    }

    private static bool IsWordPart(UnicodeCategory category) => category is
        UnicodeCategory.UppercaseLetter or UnicodeCategory.LowercaseLetter or UnicodeCategory.TitlecaseLetter or
        UnicodeCategory.ModifierLetter or UnicodeCategory.OtherLetter or UnicodeCategory.NonSpacingMark or
        UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark or UnicodeCategory.DecimalDigitNumber or
        UnicodeCategory.LetterNumber or UnicodeCategory.ConnectorPunctuation;

    /// <summary>Scripts written without spaces: Han with its extensions, kana.</summary>
    private static bool IsIdeograph(int symbol) =>
        symbol is (>= 0x3040 and <= 0x30FF) or (>= 0x3400 and <= 0x4DBF) or (>= 0x4E00 and <= 0x9FFF)
            or (>= 0xF900 and <= 0xFAFF) or (>= 0x20000 and <= 0x323AF);
}
