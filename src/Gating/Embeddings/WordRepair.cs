using System.Text;

namespace ExpertCluster.Gating.Embeddings;

/// <summary>
/// Mends slips of the keyboard before a text is encoded: a word that the vocabulary falls apart at (three pieces or more) and that is one
/// letter away from a word that it has whole becomes that word: a letter too few, too many, another one, or two that changed places, none of them the first.
/// Words are those of the encoder, so it works in whatever languages that knows. Immutable, thread-safe.
/// </summary>
internal sealed class WordRepair
{
    public static readonly WordRepair None = new([]);

    private const int Shortest = 5;
    private const int LongestWord = 24;
    private const int ShortestKnown = 4;
    private const int FewestPieces = 3;
    private const string Inside = "##";

    private readonly HashSet<string> _pieces;
    private readonly string[] _words;

    // The words by the hash of each form that lacks a letter, sorted: few megabytes less than by the forms themselves.
    private readonly (uint Hash, int Word)[] _forms;

    private WordRepair(string[] vocabulary)
    {
        _pieces = vocabulary.ToHashSet(StringComparer.Ordinal);

        // In the vocabulary's order, which is that of frequency: of several candidates the first is the likeliest.
        _words = [.. vocabulary.Where(w => w.Length is >= ShortestKnown and <= LongestWord && w.All(char.IsLetter))];
        List<(uint, int)> forms = [];
        HashSet<uint> own = [];
        for (int word = 0; word < _words.Length; word++)
        {
            own.Clear();
            Forms(_words[word], own);
            forms.AddRange(own.Select(hash => (hash, word)));
        }

        _forms = [.. forms];
        Array.Sort(_forms);
    }

    public static WordRepair Of(byte[] vocabulary) => new([.. Encoding.UTF8.GetString(vocabulary).Split('\n').Select(t => t.TrimEnd('\r'))]);

    /// <param name="text">Any.</param>
    /// <param name="most">UTF-16 units that are read.</param>
    public string Mend(ReadOnlySpan<char> text, int most)
    {
        text = text[..Math.Min(most, text.Length)];
        if (_words.Length == 0)
        {
            return text.ToString();
        }

        StringBuilder? mended = null;
        int copied = 0;
        for (int start = 0; start < text.Length;)
        {
            int end = start;
            while (end < text.Length && char.IsLetter(text[end]))
            {
                end++;
            }

            if (end - start is >= Shortest and <= LongestWord && Mended(text[start..end]) is { } word)
            {
                mended ??= new StringBuilder(text.Length + 16);
                mended.Append(text[copied..start]).Append(word);
                copied = end;
            }

            start = Math.Max(end, start + 1);
        }

        return mended is null ? text.ToString() : mended.Append(text[copied..]).ToString();
    }

    private string? Mended(ReadOnlySpan<char> written)
    {
        string word = written.ToString().ToLowerInvariant();
        if (!IsBroken(word))
        {
            return null;
        }

        HashSet<uint> forms = [];
        Forms(word, forms);
        int best = int.MaxValue;
        foreach (uint form in forms)
        {
            // The first entry of the hash: a word of any number is above -1.
            int at = ~Array.BinarySearch(_forms, (form, -1));
            for (; at < _forms.Length && _forms[at].Hash == form; at++)
            {
                int candidate = _forms[at].Word;
                if (candidate < best && IsOneApart(word, _words[candidate]))
                {
                    best = candidate;
                }
            }
        }

        return best == int.MaxValue ? null : _words[best];
    }

    /// <summary>Whether the longest pieces that fit, one after the other, are three or more.</summary>
    private bool IsBroken(string word)
    {
        int pieces = 0;
        for (int start = 0; start < word.Length;)
        {
            int end = word.Length;
            while (end > start && !_pieces.Contains(start == 0 ? word[..end] : Inside + word[start..end]))
            {
                end--;
            }

            if (end == start)
            {
                return true;
            }

            if (++pieces == FewestPieces)
            {
                return true;
            }

            start = end;
        }

        return false;
    }

    private static bool IsOneApart(string one, string two)
    {
        if (one[0] != two[0] || Math.Abs(one.Length - two.Length) > 1)
        {
            return false;
        }

        int start = one.AsSpan().CommonPrefixLength(two);
        if (one.Length != two.Length)
        {
            var (shorter, longer) = one.Length < two.Length ? (one, two) : (two, one);
            return longer.AsSpan(start + 1).SequenceEqual(shorter.AsSpan(start));
        }

        return start == one.Length || one.AsSpan(start + 1).SequenceEqual(two.AsSpan(start + 1))
            || (start + 1 < one.Length && one[start] == two[start + 1] && one[start + 1] == two[start]
                && one.AsSpan(start + 2).SequenceEqual(two.AsSpan(start + 2)));
    }

    /// <summary>Of the word, and of it without each of its letters.</summary>
    private static void Forms(string word, HashSet<uint> into)
    {
        for (int left = 0; left <= word.Length; left++)
        {
            uint hash = 2166136261;
            for (int i = 0; i < word.Length; i++)
            {
                hash = i == left ? hash : unchecked((hash ^ word[i]) * 16777619);
            }

            into.Add(hash);
        }
    }
}
