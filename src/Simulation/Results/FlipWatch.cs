using ExpertCluster.Fabric.Placement.Rounds;

namespace ExpertCluster.Simulation.Results;

/// <summary>Finds decisions that are undone soon after: a policy that does so thrashes.</summary>
internal sealed class FlipWatch(TimeSpan window)
{
    private const int MostExamples = 10;
    private const int PruneAt = 1 << 17;

    private readonly Dictionary<(string What, string Host), (bool IsAdded, TimeSpan At)> _latest = [];
    private readonly List<string> _examples = [];

    public long Flips { get; private set; }

    public IReadOnlyList<string> Examples => _examples;

    /// <param name="decision">What was decided.</param>
    /// <param name="now">When.</param>
    /// <param name="isForced">Its host is about to leave: whoever moves off it undoes nothing.</param>
    /// <param name="counts">Whether a flip counts already.</param>
    public void See(PlacementDecision decision, TimeSpan now, bool isForced, bool counts)
    {
        bool isAdded = decision.Kind is DecisionKind.WarmExpert or DecisionKind.LoadBase;
        var key = (decision.Expert?.ToString() ?? $"base {decision.Base}", decision.Host);
        bool isFlip = _latest.TryGetValue(key, out var last) && last.IsAdded != isAdded && now - last.At < window && !isForced;
        _latest[key] = (isAdded, now);
        if (isFlip && counts)
        {
            Flips++;
            if (_examples.Count < MostExamples)
            {
                _examples.Add(FormattableString.Invariant($"{now.TotalSeconds:0} s: {decision}; {(now - last.At).TotalSeconds:0} s after the opposite"));
            }
        }

        if (_latest.Count > PruneAt)
        {
            foreach (var (old, at) in _latest.ToArray())
            {
                if (now - at.At >= window)
                {
                    _latest.Remove(old);
                }
            }
        }
    }
}
