using Microsoft.Extensions.Primitives;

namespace ExpertCluster.Catalogue.Snapshots;

/// <summary>Waits for a catalogue.</summary>
public static class CatalogueWait
{
    /// <summary>The first snapshot, from the current one on, of which something holds.</summary>
    public static async Task<CatalogueSnapshot> UntilAsync(this ICatalogueSource source, Func<CatalogueSnapshot, bool> holds, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(holds);
        while (true)
        {
            // The token first, then the look: a change between the two is not missed.
            var changed = source.Changed;
            var current = source.Current;
            if (holds(current))
            {
                return current;
            }

            await FiredAsync(changed, Timeout.InfiniteTimeSpan, TimeProvider.System, cancellation);
        }
    }

    /// <summary>Ends when a change token fires.</summary>
    /// <exception cref="TimeoutException">It did not in time.</exception>
    internal static async Task FiredAsync(IChangeToken token, TimeSpan patience, TimeProvider time, CancellationToken cancellation)
    {
        var change = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var listening = token.RegisterChangeCallback(static state => ((TaskCompletionSource)state!).TrySetResult(), change);
        await change.Task.WaitAsync(patience, time, cancellation);
    }
}
