using ExpertCluster.Text.Bounds;
using ExpertCluster.Text.Tokenization;

namespace ExpertCluster.ExpertHost.Serving;

/// <summary>
/// What words are in a base's tokens, as vLLM makes them: each at the start of a text and behind a blank. A word that a neighbour shares a token with is another sequence,
/// and is not found.
/// </summary>
internal static class BadWords
{
    public static List<IReadOnlyList<int>> Encode(Tokenizer tokenizer, IEnumerable<string> words, TextLimits limits, CancellationToken cancellation)
    {
        List<IReadOnlyList<int>> sequences = [];
        foreach (string word in words)
        {
            string bare = word.TrimStart();
            foreach (string text in (string[])[bare, " " + bare])
            {
                int[] tokens = tokenizer.Encode(text, addSpecialTokens: false, limits, cancellation);
                if (tokens.Length > 0 && !sequences.Exists(known => known.SequenceEqual(tokens)))
                {
                    sequences.Add(tokens);
                }
            }
        }

        return sequences;
    }
}
