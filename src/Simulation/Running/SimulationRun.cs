using ExpertCluster.Fabric.Placement.Rounds;
using ExpertCluster.Simulation.Choosing;
using ExpertCluster.Simulation.Clusters;
using ExpertCluster.Simulation.Options;
using ExpertCluster.Simulation.Results;
using ExpertCluster.Simulation.Traffic;

namespace ExpertCluster.Simulation.Running;

/// <summary>
/// A cluster on a virtual clock. Everything that happens is an event; what is drawn at random comes from the seed, traffic and troubles from sources
/// of their own, so that all strategies of a seed see the same.
/// </summary>
internal sealed class SimulationRun
{
    private readonly SimulationOptions _options;
    private readonly SimulatedCluster _cluster;
    private readonly EventQueue _events = new();
    private readonly RequestSource _source;
    private readonly Random _troubles;
    private readonly IHostChooser _chooser;
    private readonly PlacementDriver _driver;
    private readonly Recorder _recorder = new();
    private readonly FlipWatch _flips;
    private readonly string _strategy;
    private Arrival _next;
    private long _open;

    public SimulationRun(SimulationOptions options, string strategy, TimeProvider clock)
        : this(options, strategy, Strategies.PolicyOf(strategy, options), clock)
    {
    }

    /// <param name="options">The cluster.</param>
    /// <param name="strategy">Its name, and by it how routers choose.</param>
    /// <param name="policy">What decides in rounds.</param>
    /// <param name="clock">What rounds are timed by; nothing else is.</param>
    public SimulationRun(SimulationOptions options, string strategy, IPlacementPolicy policy, TimeProvider clock)
    {
        _options = options;
        _strategy = strategy;
        _cluster = new SimulatedCluster(options);
        _source = new RequestSource(options);
        _troubles = new Random(options.Seed + 2);
        _chooser = Strategies.ChooserOf(strategy, options, _cluster.Warm);
        _flips = new FlipWatch(TimeSpan.FromMinutes(options.FlipMinutes));
        _driver = new PlacementDriver(_cluster, _events, policy, _recorder, _flips, clock);
    }

    public SimulationResult Run(CancellationToken cancellation)
    {
        double end = (_options.WarmupMinutes + _options.Minutes) * 60;
        _next = _source.Next();
        _events.At(0, new Event(EventKind.Round));
        _events.At(_next.At, new Event(EventKind.Arrival));
        _events.At(_options.WarmupMinutes * 60, new Event(EventKind.WarmedUp));
        Plan(EventKind.Failure, _options.FailuresPerHour);
        Plan(EventKind.Drain, _options.DrainsPerHour);
        while (_events.TryNext(end, out var next))
        {
            Handle(next);
            if (next.Kind == EventKind.Round)
            {
                cancellation.ThrowIfCancellationRequested();
            }
        }

        return Result();
    }

    private void Handle(Event next)
    {
        switch (next.Kind)
        {
            case EventKind.Arrival:
                Arrive();
                break;
            case EventKind.HostNext when next.Host!.Version == next.Stamp:
                Step(next.Host);
                break;
            case EventKind.Loaded:
                Loaded(next);
                break;
            case EventKind.Warmed when next.Host!.Life == next.Stamp:
                _cluster.Warm.Ready(next.Number, next.Host);
                break;
            case EventKind.Opened when next.Host!.Life == next.Stamp:
                next.Host.Opening = -1;
                _cluster.SetBase(next.Host, next.Number);
                break;
            case EventKind.Round:
                _driver.Round();
                _events.After(_options.RoundSeconds, next);
                break;
            case EventKind.Failure:
                Plan(EventKind.Failure, _options.FailuresPerHour);
                Lose(Drawn(), drains: false);
                break;
            case EventKind.Drain:
                Plan(EventKind.Drain, _options.DrainsPerHour);
                Lose(Drawn(), drains: true);
                break;
            case EventKind.Leave when next.Host!.Life == next.Stamp:
                End(next.Host);
                break;
            case EventKind.Join:
                Join(next.Host!);
                break;
            case EventKind.WarmedUp:
                WarmedUp();
                break;
        }
    }

    private void Arrive()
    {
        _recorder.Arrived++;
        _open++;
        _cluster.Arrivals[_next.Expert]++;
        Send(new SimulatedRequest { Expert = _next.Expert, Arrived = _next.At, Prompt = _next.Prompt, Answer = _next.Answer, PromptKey = _next.PromptKey });
        _next = _source.Next();
        _events.At(_next.At, new Event(EventKind.Arrival));
    }

    private void Send(SimulatedRequest request)
    {
        var members = _cluster.Members[_cluster.BaseOf(request.Expert)];
        var host = members.Hosts.Count == 0 ? null : _chooser.Choose(members, request);
        if (host is { IsFull: true })
        {
            // A host that refuses is passed over for the one with the least to do.
            host = members.Hosts.MinBy(h => h.Load);
        }

        if (host is null || host.IsFull)
        {
            _recorder.Refused++;
            _open--;
            return;
        }

        request.Sent = _events.Now;
        _cluster.Busy[request.Expert]++;
        host.Advance(_events.Now);
        if (host.HasSlot)
        {
            Start(host, request);
        }
        else
        {
            host.Enqueue(request);
        }

        _cluster.Changed(host);
    }

    /// <summary>A request has a slot: its adapter is there, or is read while it waits.</summary>
    private void Start(SimulatedHost host, SimulatedRequest request)
    {
        double waited = _events.Now - request.Sent;
        _cluster.LongestWait[request.Expert] = Math.Max(_cluster.LongestWait[request.Expert], waited);
        double load = _driver.Load(host, request.Expert, kept: false);
        if (load > 0)
        {
            host.StartLoading();
            _events.After(load, new Event(EventKind.Loaded, host, host.Life, request));
            return;
        }

        host.StartReading(request, wasLoading: false);
        Schedule(host);
    }

    private void Loaded(in Event next)
    {
        var host = next.Host!;
        if (host.Life != next.Stamp)
        {
            Resume(next.Request!);
            return;
        }

        host.Advance(_events.Now);
        host.StartReading(next.Request!, wasLoading: true);
        Schedule(host);
    }

    private void Step(SimulatedHost host)
    {
        host.Advance(_events.Now);
        double step = host.StepSeconds;
        var (request, isDone) = host.TakeNext();
        if (isDone)
        {
            _recorder.Completed++;
            _open--;
            _cluster.Busy[request.Expert]--;
            while (host.Dequeue() is { } waiting)
            {
                Start(host, waiting);
            }

            _cluster.Changed(host);
        }
        else if (!request.HasFirstToken)
        {
            request.HasFirstToken = true;
            if (_recorder.Counts)
            {
                _recorder.FirstToken.Add(_events.Now + step - request.Arrived);
            }
        }

        Schedule(host);
    }

    private void Schedule(SimulatedHost host)
    {
        double until = host.UntilNext();
        if (double.IsFinite(until))
        {
            _events.After(until, new Event(EventKind.HostNext, host, host.Version));
        }
    }

    private void Resume(SimulatedRequest request)
    {
        _recorder.Resumed++;
        _cluster.Busy[request.Expert]--;
        Send(request);
    }

    private void Plan(EventKind kind, double perHour)
    {
        if (perHour > 0)
        {
            _events.After(-Math.Log(1 - _troubles.NextDouble()) * 3600 / perHour, new Event(kind));
        }
    }

    private SimulatedHost Drawn() => _cluster.Hosts[_troubles.Next(_cluster.Hosts.Length)];

    private void Lose(SimulatedHost host, bool drains)
    {
        if (!host.IsAlive || host.IsDraining)
        {
            return;
        }

        if (!drains)
        {
            End(host);
            return;
        }

        host.IsDraining = true;
        _cluster.Hide(host);

        // The setting DrainSeconds.
        _events.After(30, new Event(EventKind.Leave, host, host.Life));
    }

    private void End(SimulatedHost host)
    {
        host.Advance(_events.Now);
        _cluster.Hide(host);
        host.IsAlive = false;
        host.IsDraining = false;
        _cluster.Warm.RemoveAll(host);
        foreach (var request in host.Empty())
        {
            Resume(request);
        }

        _events.After(_options.RepairMinutes * 60, new Event(EventKind.Join, host));
    }

    private void Join(SimulatedHost host)
    {
        host.Advance(_events.Now);
        host.IsAlive = true;
        host.Joined = TimeSpan.FromSeconds(_events.Now);
    }

    private void WarmedUp()
    {
        _recorder.Counts = true;
        foreach (var host in _cluster.Hosts)
        {
            host.Advance(_events.Now);
            (host.AliveSeconds, host.LoadSeconds) = (0, 0);
        }
    }

    private SimulationResult Result()
    {
        foreach (var host in _cluster.Hosts)
        {
            host.Advance(_events.Now);
        }

        double minutes = Math.Max(1e-9, _options.Minutes);
        double alive = _cluster.Hosts.Sum(h => h.AliveSeconds);
        double mean = alive > 0 ? _cluster.Hosts.Sum(h => h.LoadSeconds) / alive : 0;

        // One that lived for a moment only says nothing.
        double most = _cluster.Hosts.Where(h => h.AliveSeconds > minutes * 60 / 2).Select(h => h.LoadSeconds / h.AliveSeconds).DefaultIfEmpty().Max();
        var times = _recorder.Rounds;
        return new SimulationResult
        {
            Strategy = _strategy,
            Arrived = _recorder.Arrived,
            Completed = _recorder.Completed,
            Refused = _recorder.Refused,
            Unfinished = _open,
            Resumed = _recorder.Resumed,
            FirstTokenP50Milliseconds = _recorder.FirstToken.Quantile(0.5) * 1000,
            FirstTokenP90Milliseconds = _recorder.FirstToken.Quantile(0.9) * 1000,
            FirstTokenP99Milliseconds = _recorder.FirstToken.Quantile(0.99) * 1000,
            LoadsPerMinute = _recorder.Loads / minutes,
            FetchesPerMinute = _recorder.Fetches / minutes,
            EvictionsPerMinute = _recorder.Evictions / minutes,
            Balance = mean > 0 ? most / mean : 0,
            Use = mean / _options.Figures.Slots,
            Moves = _recorder.Moves,
            BaseMoves = _recorder.BaseMoves,
            Flips = _flips.Flips,
            FlipExamples = _flips.Examples,
            MeanReplicas = (double)_cluster.Warm.Count / _options.Experts,
            RoundTimes = new RoundTimes(times.Quantile(0.5) * 1000, times.Quantile(0.99) * 1000, _recorder.MostRoundMilliseconds),
        };
    }
}
