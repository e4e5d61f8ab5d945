using System.Diagnostics;
using ExpertCluster.Fuzz.Mutation;

namespace ExpertCluster.Fuzz.Engine;

/// <summary>
/// One target's run: the kept inputs first, then the seeds, then what grammars and mutation make. An input that goes a new way is kept for
/// mutation. All that is drawn comes from the seed; the clock ends long runs, and decides nothing else.
/// </summary>
internal sealed class FuzzRun
{
    private const int MostKept = 8192;
    private const int MostFindings = 12;

    /// <summary>Of the kept inputs the latest are tried most.</summary>
    private const int Latest = 64;

    /// <summary>How many in a hundred begin at a kept input that was taken: others are mostly refused at their first bytes.</summary>
    private const int FromTaken = 70;

    private readonly FuzzTarget _target;
    private readonly Judge _judge;
    private readonly InputRecord _record;
    private readonly Random _random;
    private readonly InputMutator _mutator;
    private readonly CoverageMap _map;
    private readonly List<byte[]> _kept = [];
    private readonly List<byte[]> _taken = [];
    private readonly Dictionary<string, (Finding Finding, byte[] Input)> _findings = new(StringComparer.Ordinal);

    public FuzzRun(FuzzTarget target, Judge judge, CoverageMap map, InputRecord record, int seed)
    {
        (_target, _judge, _map, _record, _random) = (target, judge, map, record, new Random(seed));
        _mutator = new InputMutator(target, _random);
    }

    /// <summary>Inputs that were tried, those of making others shorter left out.</summary>
    public long Executions { get; private set; }

    public long Taken { get; private set; }

    public int Edges => _map.Edges;

    public int Kept => _kept.Count + _taken.Count;

    /// <summary>Counts up with each input: who watches sees one that stays.</summary>
    public long Progress => Volatile.Read(ref _progress);

    public IReadOnlyCollection<(Finding Finding, byte[] Input)> Findings => _findings.Values;

    private long _progress;

    /// <param name="corpus">Inputs that found something once.</param>
    /// <param name="executions">At most so many beside those and the seeds.</param>
    /// <param name="most">At most for so long.</param>
    public void Run(IEnumerable<byte[]> corpus, long executions, TimeSpan most)
    {
        foreach (byte[] input in corpus.Concat(_target.Seeds()))
        {
            Try(input, isFirst: true);
        }

        long started = Stopwatch.GetTimestamp();
        while (executions-- > 0 && _findings.Count < MostFindings && Stopwatch.GetElapsedTime(started) < most)
        {
            Try(Next(), isFirst: false);
        }
    }

    private byte[] Next()
    {
        if ((Kept == 0 || _random.Next(4) == 0) && _target.Generate(_random) is { } generated)
        {
            return _random.Next(3) > 0 ? Cut(generated) : _mutator.Mutate(generated, generated);
        }

        byte[] one = Pick();
        return _mutator.Mutate(one, Pick());
    }

    private byte[] Cut(byte[] input) => input.Length <= _target.LongestInput ? input : input[.._target.LongestInput];

    private byte[] Pick()
    {
        var from = _taken.Count > 0 && _random.Next(100) < FromTaken ? _taken : _kept;
        return from.Count == 0 ? []
            : _random.Next(2) == 0 ? from[_random.Next(from.Count)]
            : from[^(1 + _random.Next(Math.Min(Latest, from.Count)))];
    }

    private void Try(byte[] input, bool isFirst)
    {
        Executions++;
        var (outcome, finding) = Execute(input);
        bool isNew = _map.Take();
        Taken += outcome.Kind == OutcomeKind.Taken ? 1 : 0;
        if (finding is not null)
        {
            if (!_findings.ContainsKey(finding.Key))
            {
                byte[] shorter = Minimiser.Shorten(input, candidate => Execute(candidate).Finding?.Key == finding.Key);
                _findings.Add(finding.Key, (Execute(shorter).Finding ?? finding, shorter));
            }
        }
        else if (isFirst || (isNew && outcome.Kind != OutcomeKind.Limited && Kept < MostKept))
        {
            (isFirst || outcome.Kind == OutcomeKind.Taken ? _taken : _kept).Add(input);
        }
    }

    private (Outcome Outcome, Finding? Finding) Execute(byte[] input)
    {
        _record.Write(input);
        Volatile.Write(ref _progress, _progress + 1);
        _map.Clear();
        return _judge.Run(input);
    }
}
