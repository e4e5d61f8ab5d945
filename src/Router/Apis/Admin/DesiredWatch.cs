using System.Runtime.CompilerServices;
using ExpertCluster.Catalogue.Desired;
using ExpertCluster.Contracts.Failures;
using ExpertCluster.Router.Desired;
using ExpertCluster.V1;

namespace ExpertCluster.Router.Apis.Admin;

/// <summary>Tells keepers what the API wants, and whenever that changes.</summary>
internal sealed class DesiredWatch(DesiredStates desired)
{
    public const int MostWatchers = 32;

    private int _watchers;

    /// <exception cref="RequestFailedException">Enough others watch.</exception>
    public async IAsyncEnumerable<DesiredStateDocument> RunAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        try
        {
            if (Interlocked.Increment(ref _watchers) > MostWatchers)
            {
                throw new RequestFailedException(FailureKind.Overloaded, $"{MostWatchers} others watch this router, as many as may");
            }

            // Nothing is told before the state was read: an empty one would take everything away.
            for (long known = -1; ;)
            {
                var state = await desired.NewerAsync(known, cancellation);
                known = state.Version;
                yield return new DesiredStateDocument { Version = state.Version, Document = DesiredStateJson.Write(state) };
            }
        }
        finally
        {
            Interlocked.Decrement(ref _watchers);
        }
    }
}
