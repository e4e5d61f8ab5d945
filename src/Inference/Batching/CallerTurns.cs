namespace ExpertCluster.Inference.Batching;

/// <summary>
/// Whose turn it is: start-time fair queueing (Goyal, Vin and Cheng, 1996) with a cost of one a request. A caller's requests are as many turns
/// apart as it has, and whoever comes new is next, however many another has waiting. Requests of one caller keep their order.
/// </summary>
internal sealed class CallerTurns
{
    /// <summary>Callers whose last turn is remembered before those that are over are forgotten.</summary>
    private const int Most = 1024;

    private readonly Dictionary<ulong, long> _last = [];
    private long _now;

    public long Next(ulong caller)
    {
        long turn = Math.Max(_now, _last.GetValueOrDefault(caller, _now)) + 1;
        _last[caller] = turn;
        return turn;
    }

    /// <summary>A request of this turn has its slot.</summary>
    public void Take(long turn)
    {
        _now = Math.Max(_now, turn);
        if (_last.Count > Most)
        {
            foreach (ulong over in _last.Where(last => last.Value <= _now).Select(last => last.Key).ToArray())
            {
                _last.Remove(over);
            }
        }
    }
}
