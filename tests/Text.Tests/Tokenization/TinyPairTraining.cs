namespace ExpertCluster.Text.Tests.Tokenization;

/// <summary>Trains a small BPE the plain way: join the most frequent pair, the earlier in ordinal order among equals.</summary>
internal static class TinyPairTraining
{
    public static List<(string Left, string Right)> Train(IEnumerable<string> words, int merges)
    {
        var corpus = words.GroupBy(word => word, StringComparer.Ordinal)
            .Select(group => (Symbols: group.Key.EnumerateRunes().Select(rune => rune.ToString()).ToList(), Count: group.Count()))
            .ToList();
        List<(string, string)> learned = [];
        for (; merges > 0; merges--)
        {
            var pairs = new Dictionary<(string, string), int>();
            foreach (var (symbols, count) in corpus)
            {
                for (int i = 0; i + 1 < symbols.Count; i++)
                {
                    pairs[(symbols[i], symbols[i + 1])] = pairs.GetValueOrDefault((symbols[i], symbols[i + 1])) + count;
                }
            }

            if (pairs.Count == 0)
            {
                break;
            }

            var best = pairs.OrderByDescending(pair => pair.Value)
                .ThenBy(pair => pair.Key.Item1, StringComparer.Ordinal).ThenBy(pair => pair.Key.Item2, StringComparer.Ordinal).First().Key;
            learned.Add(best);
            foreach (var (symbols, _) in corpus)
            {
                Join(symbols, best);
            }
        }

        return learned;
    }

    private static void Join(List<string> symbols, (string Left, string Right) pair)
    {
        for (int i = 0; i + 1 < symbols.Count; i++)
        {
            if (symbols[i] != pair.Left || symbols[i + 1] != pair.Right)
            {
                continue;
            }

            symbols[i] += symbols[i + 1];
            symbols.RemoveAt(i + 1);
        }
    }
}
