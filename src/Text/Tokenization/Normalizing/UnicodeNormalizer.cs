using System.Runtime.InteropServices;
using System.Text;
using ExpertCluster.Text.Bounds;

namespace ExpertCluster.Text.Tokenization.Normalizing;

/// <summary>
/// Unicode's normalization forms: (1) decompose, in the K forms by compatibility, (2) put marks in canonical order, (3) in the C forms, compose. Runs of marks
/// are sorted, so that time stays n log n on any text.
/// </summary>
internal sealed class UnicodeNormalizer(NormalizationForm form) : INormalizer
{
    private const int PlacesBetweenChecks = 4096;

    /// <summary>Of one character: U+FDFA, by compatibility.</summary>
    private const int MostParts = 18;

    // The last characters before the first that a form may change.
    private const char LastOfAll = '\u009F';
    private const char LastOfDecomposed = '\u00BF';
    private const char LastOfComposed = '\u02FF';

    private readonly CanonicalData _data = CanonicalData.Instance;
    private readonly CompatibilityData? _compatibility = form is NormalizationForm.FormKC or NormalizationForm.FormKD ? CompatibilityData.Instance : null;
    private readonly bool _composes = form is NormalizationForm.FormC or NormalizationForm.FormKC;

    public string Normalize(string text, TextBudget budget)
    {
        if (IsSettled(text))
        {
            return text;
        }

        var points = Decompose(text, budget);
        Order(CollectionsMarshal.AsSpan(points), budget);
        return Write(_composes ? Compose(CollectionsMarshal.AsSpan(points), budget) : CollectionsMarshal.AsSpan(points), budget);
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
        char last = _compatibility is not null ? LastOfAll : _composes ? LastOfComposed : LastOfDecomposed;
        if (text.AsSpan().IndexOfAnyExceptInRange('\0', last) < 0)
        {
            return true;
        }

        foreach (var rune in text.EnumerateRunes())
        {
            if (IsUnsettled(rune.Value))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Whether a text that holds this character may differ from its form.</summary>
    private bool IsUnsettled(int point) =>
        _compatibility?.Decompose(point) is not null
        || (_composes ? _data.IsUnsettled(point) : Hangul.IsSyllable(point) || _data.ClassOf(point) > 0 || _data.Decompose(point) is not null);

    private List<int> Decompose(string text, TextBudget budget)
    {
        // With room to double once: few characters are many when decomposed.
        budget.Take(3L * sizeof(int) * text.Length);
        var points = new List<int>(text.Length + MostParts);
        foreach (var rune in text.EnumerateRunes())
        {
            Heed(budget, points.Count);
            if (points.Capacity - points.Count < MostParts)
            {
                budget.Take(2L * sizeof(int) * points.Capacity);
                points.EnsureCapacity(2 * points.Capacity);
            }

            Decompose(rune.Value, points);
        }

        return points;
    }

    // Recursion is at most as deep as Unicode's longest canonical decomposition: four.
    private void Decompose(int point, List<int> points)
    {
        if (_compatibility?.Decompose(point) is { } whole)
        {
            points.AddRange(whole);
        }
        else if (Hangul.IsSyllable(point))
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

    /// <returns>The part of the points that is left, in place.</returns>
    private Span<int> Compose(Span<int> points, TextBudget budget)
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

        return points[..count];
    }

    private static string Write(ReadOnlySpan<int> points, TextBudget budget)
    {
        budget.Text(2L * points.Length);
        var text = new StringBuilder(points.Length);
        Span<char> units = stackalloc char[2];
        foreach (int point in points)
        {
            text.Append(units[..new Rune(point).EncodeToUtf16(units)]);
        }

        return text.ToString();
    }

    private int Pair(int first, int second) =>
        Hangul.Compose(first, second) is >= 0 and var syllable ? syllable : _data.Compose(first, second);
}
