namespace ExpertCluster.Grammars.Matching;

/// <summary>All ways in which a text so far may be read. Immutable, compared by content.</summary>
internal sealed class Reading : IEquatable<Reading>
{
    private readonly int _hash;

    /// <param name="positions">Each once, in any order.</param>
    /// <param name="isWhole">Whether the text may end here.</param>
    public Reading(Position[] positions, bool isWhole)
    {
        Array.Sort(positions, static (a, b) => a.At != b.At ? a.At.CompareTo(b.At) : (a.Frame?.GetHashCode() ?? 0).CompareTo(b.Frame?.GetHashCode() ?? 0));
        (Positions, IsWhole) = (positions, isWhole);
        HashCode hash = new();
        hash.Add(isWhole);
        foreach (var position in positions)
        {
            hash.Add(position);
        }

        _hash = hash.ToHashCode();
    }

    public Position[] Positions { get; }

    public bool IsWhole { get; }

    /// <summary>No text goes on, and none ends.</summary>
    public bool IsNone => Positions.Length == 0 && !IsWhole;

    public bool Equals(Reading? other) =>
        ReferenceEquals(this, other) || (other is not null && _hash == other._hash && IsWhole == other.IsWhole && Positions.AsSpan().SequenceEqual(other.Positions));

    public override bool Equals(object? obj) => Equals(obj as Reading);

    public override int GetHashCode() => _hash;
}
