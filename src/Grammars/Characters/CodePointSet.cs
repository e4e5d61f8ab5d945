namespace ExpertCluster.Grammars.Characters;

/// <summary>A first and a last code point, both in it.</summary>
internal readonly record struct CodePoints(int First, int Last);

/// <summary>A set of Unicode scalar values: rising ranges that neither touch nor hold a surrogate. Immutable.</summary>
internal sealed class CodePointSet
{
    public const int Highest = 0x10FFFF;
    private const int FirstSurrogate = 0xD800;
    private const int LastSurrogate = 0xDFFF;

    private readonly CodePoints[] _ranges;

    private CodePointSet(CodePoints[] ranges) => _ranges = ranges;

    public static CodePointSet None { get; } = new([]);

    /// <summary>Every scalar value.</summary>
    public static CodePointSet All { get; } = Between(0, Highest);

    public IReadOnlyList<CodePoints> Ranges => _ranges;

    public bool IsEmpty => _ranges.Length == 0;

    /// <summary>Ranges in any order, which may overlap; surrogates are taken out.</summary>
    public static CodePointSet Of(IEnumerable<CodePoints> ranges)
    {
        List<CodePoints> merged = [];
        foreach (var range in ranges.SelectMany(WithoutSurrogates).OrderBy(range => range.First))
        {
            if (merged.Count > 0 && range.First <= merged[^1].Last + 1)
            {
                merged[^1] = merged[^1] with { Last = Math.Max(merged[^1].Last, range.Last) };
            }
            else
            {
                merged.Add(range);
            }
        }

        return new CodePointSet([.. merged]);
    }

    public static CodePointSet Of(params ReadOnlySpan<char> characters) => Of(characters.ToArray().Select(c => new CodePoints(c, c)));

    public static CodePointSet Of(int codePoint) => Of([new CodePoints(codePoint, codePoint)]);

    public static CodePointSet Between(int first, int last) => Of([new CodePoints(first, last)]);

    public CodePointSet Union(CodePointSet other) => Of(_ranges.Concat(other._ranges));

    public CodePointSet Complement()
    {
        List<CodePoints> rest = [];
        int next = 0;
        foreach (var range in _ranges)
        {
            if (range.First > next)
            {
                rest.Add(new CodePoints(next, range.First - 1));
            }

            next = range.Last + 1;
        }

        if (next <= Highest)
        {
            rest.Add(new CodePoints(next, Highest));
        }

        return Of(rest);
    }

    public CodePointSet Intersect(CodePointSet other)
    {
        List<CodePoints> both = [];
        for (int i = 0, j = 0; i < _ranges.Length && j < other._ranges.Length;)
        {
            int first = Math.Max(_ranges[i].First, other._ranges[j].First);
            int last = Math.Min(_ranges[i].Last, other._ranges[j].Last);
            if (first <= last)
            {
                both.Add(new CodePoints(first, last));
            }

            if (_ranges[i].Last < other._ranges[j].Last)
            {
                i++;
            }
            else
            {
                j++;
            }
        }

        return Of(both);
    }

    public CodePointSet Except(CodePointSet other) => Intersect(other.Complement());

    public bool Contains(int codePoint)
    {
        int low = 0, high = _ranges.Length - 1;
        while (low <= high)
        {
            int middle = (low + high) / 2;
            if (codePoint < _ranges[middle].First)
            {
                high = middle - 1;
            }
            else if (codePoint > _ranges[middle].Last)
            {
                low = middle + 1;
            }
            else
            {
                return true;
            }
        }

        return false;
    }

    private static IEnumerable<CodePoints> WithoutSurrogates(CodePoints range)
    {
        if (range.Last < FirstSurrogate || range.First > LastSurrogate)
        {
            return [range];
        }

        List<CodePoints> parts = [];
        if (range.First < FirstSurrogate)
        {
            parts.Add(range with { Last = FirstSurrogate - 1 });
        }

        if (range.Last > LastSurrogate)
        {
            parts.Add(range with { First = LastSurrogate + 1 });
        }

        return parts;
    }
}
