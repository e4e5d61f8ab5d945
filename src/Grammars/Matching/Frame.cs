namespace ExpertCluster.Grammars.Matching;

/// <summary>What is to be done when a rule, or the body of a repeat, has ended; on top of what was to be done before. Immutable, compared by content.</summary>
internal sealed class Frame : IEquatable<Frame>
{
    private readonly int _hash;

    /// <param name="at">Of a rule: the instruction that goes on. Of a repeat: the repeat itself.</param>
    /// <param name="done">Of a repeat: bodies that have ended. Of a rule: -1.</param>
    /// <param name="below">Null: the bottom.</param>
    public Frame(int at, int done, Frame? below)
    {
        (At, Done, Below) = (at, done, below);
        Depth = below is null ? 1 : below.Depth + 1;
        _hash = HashCode.Combine(at, done, below?._hash ?? 0);
    }

    public int At { get; }

    public int Done { get; }

    public Frame? Below { get; }

    public int Depth { get; }

    /// <summary>The same for what a short text can tell apart, once it has been worked out.</summary>
    public Frame? Blurred { get; set; }

    public bool Equals(Frame? other)
    {
        var mine = this;
        while (!ReferenceEquals(mine, other))
        {
            if (mine is null || other is null || mine._hash != other._hash || mine.At != other.At || mine.Done != other.Done)
            {
                return false;
            }

            (mine, other) = (mine.Below, other.Below);
        }

        return true;
    }

    public override bool Equals(object? obj) => Equals(obj as Frame);

    public override int GetHashCode() => _hash;
}
