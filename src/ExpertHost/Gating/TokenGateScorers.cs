using System.Collections.Concurrent;
using ExpertCluster.ExpertHost.Runtime;

namespace ExpertCluster.ExpertHost.Gating;

/// <summary>One scorer a base: the batcher scores rows together only when they share the scorer object.</summary>
internal sealed class TokenGateScorers
{
    private readonly ConcurrentDictionary<string, TokenGateScorer> _scorers = new(StringComparer.Ordinal);

    public TokenGateScorer? Of(BaseRuntime runtime) =>
        runtime.Gate is { } gate ? _scorers.GetOrAdd(runtime.Name, static (_, g) => new TokenGateScorer(g), gate) : null;
}
