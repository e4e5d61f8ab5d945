using System.Collections.Concurrent;

namespace ExpertCluster.Router.Discovery;

/// <summary>
/// Experts whose own files keep them from being loaded, and why. The watcher, who asks for each expert, keeps it; plans go
/// around them.
/// </summary>
internal sealed class UnusableExperts
{
    private readonly ConcurrentDictionary<string, string> _reasons = new(StringComparer.Ordinal);

    /// <returns>Whether that is news.</returns>
    public bool Add(string expert, string reason) => _reasons.TryAdd(expert, reason);

    public void Remove(string expert) => _reasons.TryRemove(expert, out _);

    /// <summary>Why an expert can't be used; null for all others.</summary>
    public string? ReasonOf(string expert) => _reasons.GetValueOrDefault(expert);
}
