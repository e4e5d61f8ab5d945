using System.Runtime.InteropServices;
using System.Text;
using ExpertCluster.Text.Bounds;

namespace ExpertCluster.Text.Tokenization.Normalizing;

/// <summary>
/// Unicode normalization form C: (1) decompose, (2) put marks in canonical order, (3) compose. Runs of marks
/// are sorted, so that time stays n log n on any text.
/// </summary>
internal sealed class NfcNormalizer : INormalizer
{
    private const int PlacesBetweenChecks = 4096;

    private readonly CanonicalData _data = CanonicalData.Instance;

    public string Normalize(string text, TextBudget budget)
    {
        if (IsSettled(text))
        {
            return text;
        }

        var points = Decompose(text, budget);
        Order(CollectionsMarshal.AsSpan(points), budget);
        return Compose(CollectionsMarshal.AsSpan(points), budget);
    }

    private static void Heed(TextBudget budget, int place)
    {
        if (place % PlacesBetweenChecks == 0)
        {
            budget.Check();
        }
    }

    private bool IsSettled(string text)
    {
        if (text.AsSpan().IndexOfAnyExceptInRange('\0', '\u02FF') < 0)
        {
            return true;
        }

        foreach (var rune in text.EnumerateRunes())
        {
            if (_data.IsUnsettled(rune.Value))
            {
                return false;
            }
        }

        return true;
    }

    private List<int> Decompose(string text, TextBudget budget)
    {
        // With room to double once: few characters are many when decomposed.
        budget.Take(3L * sizeof(int) * text.Length);
        var points = new List<int>(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            Heed(budget, points.Count);
            if (points.Count == points.Capacity)
            {
                budget.Take(2L * sizeof(int) * points.Count);
            }

            Decompose(rune.Value, points);
        }

        return points;
    }

    // Recursion is at most as deep as Unicode's longest decomposition: four.
    private void Decompose(int point, List<int> points)
    {
        if (Hangul.IsSyllable(point))
        {
            var (lead, vowel, tail) = Hangul.Decompose(point);
            points.Add(lead);
            points.Add(vowel);
            if (tail >= 0)
            {
                points.Add(tail);
            }
        }
        else if (_data.Decompose(point) is { } parts)
        {
            foreach (int part in parts)
            {
                Decompose(part, points);
            }
        }
        else
        {
            points.Add(point);
        }
    }

    private void Order(Span<int> points, TextBudget budget)
    {
        for (int start = 0; start < points.Length; start++)
        {
            if (_data.ClassOf(points[start]) == 0)
            {
                continue;
            }

            int end = start + 1;
            bool ordered = true;
            while (end < points.Length && _data.ClassOf(points[end]) is > 0 and var next)
            {
                ordered &= _data.ClassOf(points[end - 1]) <= next;
                end++;
            }

            Heed(budget, start);
            if (!ordered)
            {
                budget.Take(sizeof(long) * (end - start));

                // The place in the key keeps the sort stable.
                var run = points[start..end];
                long[] keys = new long[run.Length];
                for (int i = 0; i < keys.Length; i++)
                {
                    keys[i] = ((long)_data.ClassOf(run[i]) << 32) | (uint)i;
                }

                keys.AsSpan().Sort(run);
            }

            start = end - 1;
        }
    }

    private string Compose(Span<int> points, TextBudget budget)
    {
        int count = 0;
        int starter = -1;
        int lastClass = 0;
        foreach (int point in points)
        {
            Heed(budget, count);
            byte pointClass = _data.ClassOf(point);
            // A mark reaches its starter unless one of its own class or higher, or a starter, stands between.
            bool reaches = starter >= 0 && (count == starter + 1 || lastClass < pointClass);
            int composed = reaches ? Pair(points[starter], point) : -1;
            if (composed >= 0)
            {
                points[starter] = composed;
                continue;
            }

            if (pointClass == 0)
            {
                starter = count;
            }

            lastClass = pointClass;
            points[count++] = point;
        }

        budget.Text(2L * count);
        var text = new StringBuilder(count);
        Span<char> units = stackalloc char[2];
        foreach (int point in points[..count])
        {
            text.Append(units[..new Rune(point).EncodeToUtf16(units)]);
        }

        return text.ToString();
    }

    private int Pair(int first, int second) =>
        Hangul.Compose(first, second) is >= 0 and var syllable ? syllable : _data.Compose(first, second);
}
