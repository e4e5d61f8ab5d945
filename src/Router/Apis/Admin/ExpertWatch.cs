using System.Runtime.CompilerServices;
using ExpertCluster.Contracts.Failures;
using ExpertCluster.V1;

namespace ExpertCluster.Router.Apis.Admin;

/// <summary>Tells watchers how experts are, and what changes. Each keeps what it was told in memory here, so there may be so many.</summary>
internal sealed class ExpertWatch(ClusterOverview overview, TimeProvider time)
{
    public const int MostWatchers = 32;

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private int _watchers;

    /// <summary>All experts, then changes until it is cancelled.</summary>
    /// <exception cref="RequestFailedException">Enough others watch.</exception>
    public async IAsyncEnumerable<WatchExpertsResponse> RunAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        try
        {
            if (Interlocked.Increment(ref _watchers) > MostWatchers)
            {
                throw new RequestFailedException(FailureKind.Overloaded, $"{MostWatchers} others watch this router, as many as may");
            }

            var changes = new ExpertChanges();
            ExpertStatus[] all = [.. overview.Experts(figures: false)];
            bool complete = false;
            while (!complete && changes.Next(all) is { } part)
            {
                complete = part.Complete;
                yield return part;
            }

            while (true)
            {
                await Task.Delay(Pause, time, cancellation);
                if (changes.Next(overview.Experts(figures: false)) is { } change)
                {
                    yield return change;
                }
            }
        }
        finally
        {
            Interlocked.Decrement(ref _watchers);
        }
    }
}
