using System.Collections.Frozen;

namespace ExpertCluster.Drills.Soak;

/// <summary>How a name stands with every router at one moment.</summary>
/// <param name="Turn">Grows with each change.</param>
/// <param name="Presence">Whether it is served.</param>
/// <param name="Revisions">What may answer; empty unless it is served for sure.</param>
internal sealed record Standing(int Turn, Presence Presence, FrozenSet<string> Revisions);

internal enum Presence
{
    /// <summary>A change is under way: both answers are right.</summary>
    Changing,
    Served,
    Gone,
}
