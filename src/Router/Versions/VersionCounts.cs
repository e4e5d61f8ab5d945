using ExpertCluster.Contracts.Completions;

namespace ExpertCluster.Router.Versions;

/// <summary>Counts what one revision does as a version of an expert. Thread-safe.</summary>
internal sealed class VersionCounts(string expert, ExpertVersion version, string revision, VersionMetrics metrics)
{
    private const double Percent95 = 0.95;

    private readonly Lock _lock = new();
    private readonly LatencySketch _first = new();
    private long _requests;
    private long _errors;
    private long _complete;
    private long _tokens;
    private TimeSpan _whole;
    private long _compared;
    private long _equal;
    private long _good;
    private long _bad;

    public string Expert => expert;

    public string Revision => revision;

    public VersionFigures Figures
    {
        get
        {
            lock (_lock)
            {
                return new VersionFigures
                {
                    Requests = _requests,
                    Errors = _errors,
                    MedianSecondsToFirstToken = _first.Quantile(0.5),
                    P95SecondsToFirstToken = _first.Quantile(Percent95),
                    MeanTokens = _complete == 0 ? 0 : (double)_tokens / _complete,
                    TokensPerSecond = _whole <= TimeSpan.Zero ? 0 : _tokens / _whole.TotalSeconds,
                    Compared = _compared,
                    Equal = _equal,
                    Good = _good,
                    Bad = _bad,
                };
            }
        }
    }

    public void End(VersionOutcome outcome)
    {
        metrics.Ended(expert, version, outcome);
        lock (_lock)
        {
            _requests++;
            _errors += outcome.Kind == VersionEnd.Failed ? 1 : 0;
            if (outcome.FirstToken is { } first)
            {
                _first.Add(first);
            }

            if (outcome.Kind == VersionEnd.Complete)
            {
                _complete++;
                _tokens += outcome.Tokens;
                _whole += outcome.Whole;
            }
        }
    }

    /// <summary>A caller said how an answer was.</summary>
    public void Judge(bool good)
    {
        metrics.Judged(expert, version, good);
        lock (_lock)
        {
            _good += good ? 1 : 0;
            _bad += good ? 0 : 1;
        }
    }

    /// <summary>A shadow's answer was laid beside the stable version's.</summary>
    public void Compare(bool equal)
    {
        metrics.Compared(expert, equal);
        lock (_lock)
        {
            _compared++;
            _equal += equal ? 1 : 0;
        }
    }
}
