using System.Text.RegularExpressions;

namespace ExpertCluster.Router.Merging.Sections;

/// <summary>A question as its parts: sentences, and clauses that a conjunction joins.</summary>
internal static partial class QuestionSplitter
{
    /// <summary>Sentences; their blanks go with the one before.</summary>
    public static IReadOnlyList<string> Sentences(string text)
    {
        List<string> sentences = [];
        int from = 0;
        foreach (Match end in SentenceEnd().Matches(text))
        {
            sentences.Add(text[from..(end.Index + end.Length)]);
            from = end.Index + end.Length;
        }

        if (from < text.Length)
        {
            sentences.Add(text[from..]);
        }

        return [.. sentences.Where(s => !string.IsNullOrWhiteSpace(s))];
    }

    /// <summary>Where a sentence may be two: before and behind each conjunction that has words on both sides.</summary>
    public static IEnumerable<(string Before, string Behind)> Joints(string sentence)
    {
        foreach (Match joint in Conjunction().Matches(sentence))
        {
            string before = sentence[..joint.Index];
            string behind = sentence[(joint.Index + joint.Length)..];
            if (Words(before) >= 2 && Words(behind) >= 2)
            {
                yield return (before, behind);
            }
        }
    }

    private static int Words(string text) => text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Length;

    /// <summary>Marks of Latin and of Chinese, Japanese and Hindi texts; a full stop counts before a blank alone.</summary>
    [GeneratedRegex(@"[.!?]+[""')\]]*(?=\s)\s*|[。！？।]+\s*|\s*\n+\s*")]
    private static partial Regex SentenceEnd();

    [GeneratedRegex(@"\s*[,;]?\s+(?:and(?:\s+also)?|as\s+well\s+as|plus|also)\s+|\s*;\s*|,\s+", RegexOptions.IgnoreCase)]
    private static partial Regex Conjunction();
}
