namespace ExpertCluster.Fabric.Placement.Rounds;

/// <summary>An expert's content: a name may point at several revisions at once, and each is placed by itself.</summary>
public readonly record struct ExpertId(string Name, string Revision) : IComparable<ExpertId>
{
    public int CompareTo(ExpertId other) =>
        string.CompareOrdinal(Name, other.Name) is var order and not 0 ? order : string.CompareOrdinal(Revision, other.Revision);

    public static bool operator <(ExpertId left, ExpertId right) => left.CompareTo(right) < 0;

    public static bool operator >(ExpertId left, ExpertId right) => left.CompareTo(right) > 0;

    public static bool operator <=(ExpertId left, ExpertId right) => left.CompareTo(right) <= 0;

    public static bool operator >=(ExpertId left, ExpertId right) => left.CompareTo(right) >= 0;

    public override string ToString() => Revision.Length == 0 ? Name : $"{Name}@{Revision}";
}
