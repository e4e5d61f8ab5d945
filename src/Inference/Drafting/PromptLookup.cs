namespace ExpertCluster.Inference.Drafting;

/// <summary>
/// Prompt lookup decoding (Saxena 2023; the n-gram speculation of vLLM): what followed the last time that a text held the
/// tokens it ends with may follow again. Answers that quote their prompt, lists and code repeat themselves a lot.
/// </summary>
internal static class PromptLookup
{
    private const int LongestMatch = 3;
    private const int ShortestMatch = 2;

    /// <summary>At most so many tokens that may follow; none where the ending is new.</summary>
    public static ReadOnlySpan<int> Find(ReadOnlySpan<int> tokens, int most) => Find(tokens, tokens, most);

    /// <summary>The same in another text.</summary>
    /// <param name="tokens">Whose ending is looked for.</param>
    /// <param name="text">In which, its last token aside: nothing follows that.</param>
    /// <param name="most">That may follow.</param>
    public static ReadOnlySpan<int> Find(ReadOnlySpan<int> tokens, ReadOnlySpan<int> text, int most)
    {
        for (int length = LongestMatch; length >= ShortestMatch && most > 0; length--)
        {
            if (tokens.Length < length || text.Length <= length)
            {
                continue;
            }

            int at = text[..^1].LastIndexOf(tokens[^length..]);
            if (at >= 0)
            {
                var follows = text[(at + length)..];
                return follows[..Math.Min(most, follows.Length)];
            }
        }

        return [];
    }
}
