using ExpertCluster.Contracts.Failures;

namespace ExpertCluster.Router.Versions;

/// <summary>Times one request for the versions that it was given to, and tells them its end, once.</summary>
/// <param name="versions">At least one.</param>
/// <param name="deadline">UTC; what is cancelled behind it was too slow.</param>
/// <param name="time">The clock.</param>
internal sealed class VersionStopwatch(IReadOnlyList<VersionCounts> versions, DateTime deadline, TimeProvider time)
{
    private readonly long _start = time.GetTimestamp();
    private readonly TimeSpan _left = deadline - time.GetUtcNow().UtcDateTime;
    private TimeSpan? _first;
    private bool _told;

    public IReadOnlyList<VersionCounts> Versions => versions;

    /// <summary>The first chunk is there.</summary>
    public void First() => _first = time.GetElapsedTime(_start);

    public void Complete(int tokens) => Tell(VersionEnd.Complete, tokens, versions);

    public void Cancel(int tokens) => Tell(VersionEnd.Cancelled, tokens, versions);

    public void Fail(Exception error, int tokens)
    {
        switch (error)
        {
            case PlanOutdatedException:
                // Nobody's fault: it is planned anew.
                _told = true;
                break;
            case ExpertFailedException { Expert: var expert }:
                Tell(VersionEnd.Failed, tokens, versions.Where(v => v.Expert == expert));
                break;
            case RequestFailedException { Failure.Kind: FailureKind.Cancelled } or OperationCanceledException:
                Tell(time.GetElapsedTime(_start) >= _left ? VersionEnd.Failed : VersionEnd.Cancelled, tokens, versions);
                break;
            case RequestFailedException { Failure.Kind: FailureKind.Unavailable or FailureKind.Overloaded or FailureKind.DeadlineExceeded or FailureKind.Internal }:
                Tell(VersionEnd.Failed, tokens, versions);
                break;
            default:
                // The request's own fault.
                _told = true;
                break;
        }
    }

    private void Tell(VersionEnd kind, int tokens, IEnumerable<VersionCounts> to)
    {
        if (_told)
        {
            return;
        }

        _told = true;
        var outcome = new VersionOutcome(kind, _first, tokens, time.GetElapsedTime(_start));
        foreach (var version in to)
        {
            version.End(outcome);
        }
    }
}
