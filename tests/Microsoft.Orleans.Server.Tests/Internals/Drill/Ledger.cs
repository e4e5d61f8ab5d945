using Orleans.Runtime;

namespace Microsoft.Orleans.Server.Tests.Internals.Drill;

/// <summary>
/// Every answer that a caller accepted, and what must hold of them:
/// 1. the activations of a grain follow each other: the times in which two of them ran their turns do not overlap;
/// 2. an activation runs one turn at a time: no turn is counted twice;
/// 3. a silo that is out answers nothing: none of its turns ran, and no call it answered was made, after the cluster knew.
/// </summary>
internal sealed class Ledger
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Dictionary<Guid, Service>> _grains = [];
    private readonly Dictionary<SiloAddress, long> _gone = [];
    private readonly Dictionary<string, int> _failures = [];
    private readonly Dictionary<string, (long LastAnswer, long LongestGap)> _gaps = [];
    private readonly List<string> _violations = [];
    private int _answers;

    public int Answers
    {
        get
        {
            lock (_gate)
                return _answers;
        }
    }

    /// <param name="made">When the call was made.</param>
    /// <param name="accepted">When its caller had the answer.</param>
    public void Answered(string grain, long made, DrillAnswer answer, long accepted)
    {
        lock (_gate)
        {
            _answers++;
            var (last, longest) = _gaps.GetValueOrDefault(grain, (accepted, 0));
            _gaps[grain] = (Math.Max(last, accepted), Math.Max(longest, accepted - last));
            if (!_grains.TryGetValue(grain, out var services))
                _grains[grain] = services = [];
            if (!services.TryGetValue(answer.Activation, out var service))
                services[answer.Activation] = service = new(answer.Silo);
            if (!service.Add(answer, made))
                _violations.Add($"{grain}: turn {answer.Turn} of {answer.Activation} on {answer.Silo} was counted twice");
        }
    }

    public void Failed(Exception exception)
    {
        lock (_gate)
        {
            var kind = exception.GetType().Name;
            _failures[kind] = _failures.GetValueOrDefault(kind) + 1;
            if (exception is not (OrleansException or TimeoutException))
                _violations.Add($"a call failed with what no cluster event explains: {exception}");
        }
    }

    /// <summary>The cluster knows that the silo is out.</summary>
    public void Gone(SiloAddress silo)
    {
        lock (_gate)
            _gone[silo] = TimeProvider.System.GetTimestamp();
    }

    /// <summary>All violations so far.</summary>
    public IReadOnlyList<string> Check()
    {
        lock (_gate)
            return [.. _violations, .. _grains.SelectMany(grain => Overlaps(grain.Key, grain.Value.Values)), .. _grains.SelectMany(grain => Ghosts(grain.Key, grain.Value.Values))];
    }

    public string Summary()
    {
        lock (_gate)
        {
            var failures = _failures.Count == 0 ? "none" : string.Join(", ", _failures.OrderBy(static pair => pair.Key).Select(static pair => $"{pair.Value} {pair.Key}"));
            var longest = _gaps.MaxBy(static gap => gap.Value.LongestGap);
            return $"answers {_answers}, activations {_grains.Values.Sum(static services => services.Count)} of {_grains.Count} grains, failures: {failures}, "
                + $"longest time out of service {TimeProvider.System.GetElapsedTime(0, longest.Value.LongestGap).TotalSeconds:F2} s ({longest.Key})";
        }
    }

    private static IEnumerable<string> Overlaps(string grain, IEnumerable<Service> services)
    {
        var ordered = services.OrderBy(static service => service.FirstTurn).ToArray();
        return ordered.Zip(ordered.Skip(1))
            .Where(static pair => pair.Second.FirstTurn <= pair.First.LastTurn)
            .Select(pair => $"{grain}: two activations were live at once, on {pair.First.Silo} and on {pair.Second.Silo}");
    }

    private IEnumerable<string> Ghosts(string grain, IEnumerable<Service> services) => services
        .Where(service => _gone.TryGetValue(service.Silo, out var gone) && (service.LastTurn > gone || service.LastMade > gone))
        .Select(service => $"{grain}: {service.Silo} answered after the cluster knew that it was out");

    /// <summary>What one activation did.</summary>
    private sealed class Service(SiloAddress silo)
    {
        private readonly HashSet<int> _turns = [];

        public SiloAddress Silo => silo;

        public long FirstTurn { get; private set; } = long.MaxValue;

        public long LastTurn { get; private set; } = long.MinValue;

        public long LastMade { get; private set; } = long.MinValue;

        public bool Add(DrillAnswer answer, long made)
        {
            FirstTurn = Math.Min(FirstTurn, answer.At);
            LastTurn = Math.Max(LastTurn, answer.At);
            LastMade = Math.Max(LastMade, made);
            return _turns.Add(answer.Turn);
        }
    }
}
