using ExpertCluster.Node.Exit;

namespace ExpertCluster.Cli.Running;

/// <summary>Watches over a running cluster: a process that ends is started again.</summary>
/// <param name="cluster">What is watched.</param>
/// <param name="errors">Told what ended, and what is done about it.</param>
/// <param name="time">Of the pauses.</param>
internal sealed class Supervision(RunningCluster cluster, TextWriter errors, TimeProvider time)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    /// <summary>A process that lived this long has shown that it can.</summary>
    private static readonly TimeSpan Proof = TimeSpan.FromSeconds(10);

    /// <summary>Until asked to stop.</summary>
    /// <returns>The exit code: 0 when stopped, 2 when the router can't be started again.</returns>
    public async Task<int> RunAsync(CancellationToken stop)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var watches = cluster.Nodes.ToDictionary(node => WatchAsync(node, ending.Token));
        try
        {
            while (true)
            {
                var ended = await Task.WhenAny(watches.Keys);
                await ended;
                if (watches[ended] == cluster.Router)
                {
                    return NodeExitCodes.Refused;
                }

                watches.Remove(ended);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return 0;
        }
        finally
        {
            // Who is still watching would start again what is about to be stopped, and leave it running.
            await ending.CancelAsync();
            await Task.WhenAll(watches.Keys).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Ends where another start is no use.</summary>
    private async Task WatchAsync(ClusterNode node, CancellationToken stop)
    {
        var pause = FirstPause;
        while (true)
        {
            long start = time.GetTimestamp();
            var process = node.Process;
            await process.WaitForExitAsync(stop);
            stop.ThrowIfCancellationRequested();
            if (process.ExitCode == NodeExitCodes.Refused)
            {
                await errors.WriteLineAsync($"{node.Name} can't run: {await process.LastLineAsync()} (log: {process.Log})");
                return;
            }

            pause = time.GetElapsedTime(start) >= Proof ? FirstPause : TimeSpan.FromTicks(Math.Min(2 * pause.Ticks, LongestPause.Ticks));
            await errors.WriteLineAsync($"{node.Name} ended with code {process.ExitCode} (log: {process.Log}); it is started again");
            await Task.Delay(pause, time, stop);
            try
            {
                await node.RestartAsync();
            }
            catch (ClusterStartException error)
            {
                // Where the system starts no more processes: the ended one stays in its place, and comes round again.
                await errors.WriteLineAsync(error.Message);
            }
        }
    }
}
