using System.Buffers;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace ExpertCluster.Router.Planning;

/// <summary>
/// Words that rules look for, as a tree of their letters: a text is walked once, however many rules there are, and from the beginning of a word at most as far as the
/// longest one. Immutable, thread-safe.
/// </summary>
internal sealed class KeywordTree
{
    private readonly Dictionary<(int Node, char Letter), int> _children = [];

    /// <summary>By node: whose words end there.</summary>
    private readonly List<List<int>> _ends = [[]];

    /// <param name="words">By owner. Case does not count.</param>
    public KeywordTree(IReadOnlyList<IReadOnlyList<string>> words)
    {
        for (int owner = 0; owner < words.Count; owner++)
        {
            foreach (string word in words[owner])
            {
                int node = 0;
                foreach (char letter in word)
                {
                    ref int child = ref CollectionsMarshal.GetValueRefOrAddDefault(_children, (node, char.ToUpperInvariant(letter)), out bool isKnown);
                    if (!isKnown)
                    {
                        child = _ends.Count;
                        _ends.Add([]);
                    }

                    node = child;
                }

                _ends[node].Add(owner);
            }
        }
    }

    /// <summary>Owners of words that stand in a text as words: "port" is not in "report".</summary>
    public HashSet<int> Find(ReadOnlySpan<char> text)
    {
        HashSet<int> found = [];
        for (int at = 0; at < text.Length; at++)
        {
            if (_children.TryGetValue((0, char.ToUpperInvariant(text[at])), out int node) && IsEdge(text[..at], isBefore: true))
            {
                Walk(text[at..], node, found);
            }
        }

        return found;
    }

    /// <param name="text">From the beginning of a word on.</param>
    /// <param name="node">Of its first letter.</param>
    /// <param name="found">Gets the owners.</param>
    private void Walk(ReadOnlySpan<char> text, int node, HashSet<int> found)
    {
        for (int length = 1; ; length++)
        {
            if (_ends[node].Count > 0 && IsEdge(text[length..], isBefore: false))
            {
                found.UnionWith(_ends[node]);
            }

            if (length == text.Length || !_children.TryGetValue((node, char.ToUpperInvariant(text[length])), out node))
            {
                return;
            }
        }
    }

    /// <summary>Whether a word can end, or begin, beside these: they are empty, or begin or end with what is no part of a word.</summary>
    private static bool IsEdge(ReadOnlySpan<char> beside, bool isBefore)
    {
        var read = isBefore ? Rune.DecodeLastFromUtf16(beside, out var rune, out _) : Rune.DecodeFromUtf16(beside, out rune, out _);

        // Letters without case stand in scripts that put no spaces between words, among others.
        return read != OperationStatus.Done || !(Rune.IsLetterOrDigit(rune) || rune.Value == '_') || Rune.GetUnicodeCategory(rune) == UnicodeCategory.OtherLetter;
    }
}
