using ExpertCluster.Contracts.Routing;
using ExpertCluster.Gating.Serving;
using ExpertCluster.Learning;

namespace ExpertCluster.Bench.Gates;

/// <summary>A catalogue of invented fields, and gates of it that are taught and asked.</summary>
internal sealed class GateTrial : IDisposable
{
    public const int Examples = 20;

    private const int Tests = 2_000;
    private const int OfNoField = 500;

    /// <summary>Texts of each field that comes last.</summary>
    private const int OfLast = 25;

    private readonly string _folder = Directory.CreateTempSubdirectory("expertcluster-gates-").FullName;
    private readonly GateExpert[] _experts;
    private readonly (string Text, string Field)[] _tests;
    private readonly (string Text, string Field)[] _last;
    private readonly string[] _others;

    /// <param name="experts">How many.</param>
    /// <param name="last">Of these, that come after the others.</param>
    public GateTrial(int experts, int last)
    {
        InventedFields fields = new(experts);
        Last = last;
        _experts = [.. Enumerable.Range(0, experts).Select(i => fields.Expert(i, Examples))];
        _tests = [.. Enumerable.Range(0, Tests).Select(i => (int)((long)i * experts / Tests)).Select(Test)];
        _last = [.. Enumerable.Range(experts - last, last).SelectMany(f => Enumerable.Repeat(f, OfLast)).Select(Test)];
        _others = [.. Enumerable.Range(0, OfNoField).Select(_ => fields.Sentence(null))];

        (string Text, string Field) Test(int field) => (fields.Sentence(field), InventedFields.NameOf(field));
    }

    public int Last { get; }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>Teaches all together.</summary>
    public GatesRow Together(string kind, GateTrainingOptions options)
    {
        double fit = Seconds(() => GateTrainer.Train(new GateTrainingSet { Experts = _experts }, Path.Combine(_folder, kind), options));
        return Ask(kind, fit);
    }

    /// <summary>Teaches all but the last together, then these one by one; the time is that of one.</summary>
    public GatesRow OneByOne(string kind, GateTrainingOptions options)
    {
        int first = _experts.Length - Last;
        string folder = Path.Combine(_folder, kind);
        GateTrainer.Train(new GateTrainingSet { Experts = _experts[..first] }, folder, options);
        double seconds = 0;
        for (int count = first; count < _experts.Length; count++)
        {
            EarlierGates earlier = new(folder, _experts[..count].Select(e => e.Name).ToHashSet(StringComparer.Ordinal), new HashSet<string>());
            seconds += Seconds(() => GateTrainer.Train(new GateTrainingSet { Experts = _experts[..(count + 1)] }, folder, options, earlier: earlier));
        }

        return Ask(kind, seconds / Last);
    }

    private static double Seconds(Action work)
    {
        long start = TimeProvider.System.GetTimestamp();
        work();
        return TimeProvider.System.GetElapsedTime(start).TotalSeconds;
    }

    private static bool IsRefused(GateScores scores) => scores.Ranked[0].Name == scores.Generalist || scores.Ranked[0].Probability < scores.Floor;

    private GatesRow Ask(string kind, double fit)
    {
        string folder = Path.Combine(_folder, kind);
        RequestGate? loaded = null;
        double load = Seconds(() => loaded = RequestGate.Load(folder)) * 1000;
        using var gate = loaded!;
        double Share(IReadOnlyList<(string Text, string Field)> texts, Func<GateScores, string, bool> which) =>
            texts.Count == 0 ? 0 : texts.Count(t => which(gate.Score(t.Text), t.Field)) / (double)texts.Count;
        GatesRow row = new(_experts.Length, kind, fit, Directory.EnumerateFiles(Path.Combine(folder, "request")).Sum(f => new FileInfo(f).Length) / 1e6, load)
        {
            Right = Share(_tests, (s, field) => s.Ranked[0].Name == field),
            LastRight = Share(_last, (s, field) => s.Ranked[0].Name == field),
            Lost = Share(_tests, (s, _) => IsRefused(s)),
            Refused = Share([.. _others.Select(t => (t, ""))], (s, _) => IsRefused(s)),
        };
        List<double> times = [];
        long allocated = GC.GetAllocatedBytesForCurrentThread();
        foreach (var (text, _) in _tests)
        {
            long start = TimeProvider.System.GetTimestamp();
            gate.Score(text);
            times.Add(TimeProvider.System.GetElapsedTime(start).TotalMicroseconds);
        }

        allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
        times.Sort();
        return row with { P50 = times[Tests / 2], P99 = times[Tests * 99 / 100], Allocated = allocated / Tests };
    }
}
