using System.Collections.Concurrent;
using System.Globalization;

namespace ExpertCluster.Drills.Soak;

/// <summary>What clients saw. All of it is bounded.</summary>
internal sealed class SoakReport
{
    private const int MostFailures = 50;
    private const int MostTexts = 20_000;

    private readonly ConcurrentQueue<string> _failures = new();
    private readonly ConcurrentDictionary<string, string> _texts = new(StringComparer.Ordinal);
    private int _ended;
    private int _resumed;
    private int _compared;
    private int _refused;

    public IReadOnlyCollection<string> Failures => _failures;

    public int Ended => Volatile.Read(ref _ended);

    public void Fail(string what)
    {
        if (_failures.Count < MostFailures)
        {
            _failures.Enqueue(what);
        }
    }

    public void End(int resumes)
    {
        Interlocked.Increment(ref _ended);
        Interlocked.Add(ref _resumed, resumes);
    }

    /// <summary>A name that is gone, or changes, was refused as it should be.</summary>
    public void Refuse() => Interlocked.Increment(ref _refused);

    /// <summary>The same request under the same plan: the same text.</summary>
    public void Compare(string key, string text)
    {
        if (_texts.Count >= MostTexts)
        {
            _texts.Clear();
        }

        string known = _texts.GetOrAdd(key, text);
        if (!ReferenceEquals(known, text))
        {
            Interlocked.Increment(ref _compared);
            if (known != text)
            {
                Fail($"{key}: the text was\n  {known}\nand is\n  {text}");
            }
        }
    }

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{Ended} streams ended, {_resumed} went on elsewhere, {_compared} had the text of one before, {_refused} were refused as they should be");
}
