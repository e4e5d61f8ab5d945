using System.Runtime.CompilerServices;

namespace ExpertCluster.Inference.Adapters;

/// <summary>An adapter that is loaded in an engine. Equal by identity: every load gives a handle of its own.</summary>
/// <param name="Index">Its place in the runtime's stack.</param>
/// <param name="Name">For reports; the same content under two names is two residents of one index.</param>
/// <param name="Digest">Of the content.</param>
public sealed record ResidentAdapter(int Index, string Name, string Digest)
{
    /// <summary>Identity, since two handles of one content are unloaded one by one.</summary>
    public bool Equals(ResidentAdapter? other) => ReferenceEquals(this, other);

    /// <inheritdoc/>
    public override int GetHashCode() => RuntimeHelpers.GetHashCode(this);
}
