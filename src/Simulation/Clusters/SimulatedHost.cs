using ExpertCluster.Simulation.Options;

namespace ExpertCluster.Simulation.Clusters;

/// <summary>
/// A host: slots, a queue before them, and a processor whose time all running requests share alike, as a batcher does. Reading a prompt takes
/// its tokens by the prefill rate of that time; a token of an answer takes less of it, the more streams decode at once. Two clocks run at what one
/// request gets: of prompt tokens, and of answer tokens. So a change in the number of streams moves no other request's mark.
/// </summary>
internal sealed class SimulatedHost(int number, string name, string zone, HostFigures figures)
{
    private readonly PriorityQueue<SimulatedRequest, (double Mark, long Order)> _reading = new();
    private readonly PriorityQueue<SimulatedRequest, (double Mark, long Order)> _answering = new();
    private readonly Queue<SimulatedRequest> _waiting = new();
    private double _prefillClock;
    private double _decodeClock;
    private double _at;
    private int _loading;
    private long _order;

    public int Number => number;

    public string Name => name;

    public IReadOnlyDictionary<string, string> Labels { get; } = new Dictionary<string, string> { ["zone"] = zone };

    /// <summary>The base that it serves; -1: none yet.</summary>
    public int Base { get; set; } = -1;

    /// <summary>The base that it opens; -1: none.</summary>
    public int Opening { get; set; } = -1;

    public TimeSpan BaseSince { get; set; }

    public TimeSpan Joined { get; set; }

    public bool IsAlive { get; set; } = true;

    public bool IsDraining { get; set; }

    public AdapterCache Adapters { get; private set; } = new(figures.AdapterPlaces);

    public AdapterCache Files { get; private set; } = new(figures.AdapterFiles);

    /// <summary>Changes with each life and each change of what is next: an event of an earlier one is void.</summary>
    public int Version { get; private set; }

    /// <summary>One for each life: what was begun in an earlier one is void.</summary>
    public int Life { get; private set; }

    /// <summary>Seconds in which it lived, and the sum of its requests over them.</summary>
    public double AliveSeconds { get; set; }

    public double LoadSeconds { get; set; }

    /// <summary>Among the hosts of its base; -1: it serves none.</summary>
    public int Position { get; set; } = -1;

    public int Computing => _reading.Count + _answering.Count;

    public int Running => Computing + _loading;

    public int Waiting => _waiting.Count;

    /// <summary>Requests that a router has on it.</summary>
    public int Load => Running + Waiting;

    public bool IsFull => Running >= figures.Slots && Waiting >= figures.Queue;

    public bool HasSlot => Running < figures.Slots;

    /// <summary>Lets time pass up to now.</summary>
    public void Advance(double now)
    {
        double elapsed = now - _at;
        _at = now;
        AliveSeconds += IsAlive ? elapsed : 0;
        LoadSeconds += elapsed * Load;
        if (Computing == 0)
        {
            return;
        }

        _prefillClock += elapsed * figures.PrefillTokens / Computing;
        _decodeClock += elapsed * figures.Tokens(Computing) / Computing;
    }

    /// <summary>Takes a slot while its adapter is read.</summary>
    public void StartLoading() => _loading++;

    public void StartReading(SimulatedRequest request, bool wasLoading)
    {
        _loading -= wasLoading ? 1 : 0;
        _reading.Enqueue(request, (_prefillClock + request.Prompt, _order++));
        Version++;
    }

    public void Enqueue(SimulatedRequest request) => _waiting.Enqueue(request);

    public SimulatedRequest? Dequeue() => HasSlot && _waiting.TryDequeue(out var next) ? next : null;

    /// <summary>Seconds until the next request has read its prompt or is done; infinite: nobody computes.</summary>
    public double UntilNext()
    {
        double until = double.PositiveInfinity;
        if (_reading.TryPeek(out _, out var read))
        {
            until = Math.Max(0, (read.Mark - _prefillClock) * Computing / figures.PrefillTokens);
        }

        if (_answering.TryPeek(out _, out var done))
        {
            until = Math.Min(until, Math.Max(0, (done.Mark - _decodeClock) * Computing / figures.Tokens(Computing)));
        }

        return until;
    }

    /// <summary>Takes what is next, after <see cref="Advance"/> to its time.</summary>
    /// <returns>The request, and whether it is done; else it has read its prompt and decodes from now on.</returns>
    public (SimulatedRequest Request, bool IsDone) TakeNext()
    {
        Version++;
        double reading = _reading.TryPeek(out _, out var read) ? (read.Mark - _prefillClock) * Computing / figures.PrefillTokens : double.PositiveInfinity;
        double answering = _answering.TryPeek(out _, out var done) ? (done.Mark - _decodeClock) * Computing / figures.Tokens(Computing) : double.PositiveInfinity;
        if (answering <= reading)
        {
            return (_answering.Dequeue(), true);
        }

        var request = _reading.Dequeue();
        request.DoneAt = _decodeClock + request.Answer;
        _answering.Enqueue(request, (request.DoneAt, _order++));
        return (request, false);
    }

    /// <summary>One decode step of those that compute now.</summary>
    public double StepSeconds => Computing / figures.Tokens(Computing);

    /// <summary>Takes all requests off, at its end.</summary>
    public List<SimulatedRequest> Empty()
    {
        List<SimulatedRequest> lost = [.. _waiting, .. _reading.UnorderedItems.OrderBy(r => r.Priority.Order).Select(r => r.Element)];
        foreach (var (request, _) in _answering.UnorderedItems.OrderBy(r => r.Priority.Order))
        {
            double left = Math.Max(1, Math.Ceiling(request.DoneAt - _decodeClock));

            // It goes on behind the tokens that came, which the next host reads as a part of the prompt.
            request.Prompt += request.Answer - left;
            request.Answer = left;
            lost.Add(request);
        }

        _waiting.Clear();
        _reading.Clear();
        _answering.Clear();
        _loading = 0;
        Version++;
        Life++;
        (Base, Opening) = (-1, -1);
        (Adapters, Files) = (new AdapterCache(figures.AdapterPlaces), new AdapterCache(figures.AdapterFiles));
        return lost;
    }
}
