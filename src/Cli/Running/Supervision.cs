namespace ExpertCluster.Cli.Running;

/// <summary>Watches over a running cluster.</summary>
internal static class Supervision
{
    /// <summary>
    /// Until asked to stop. A host that ends is told on standard error and the others go on; without the router nothing serves.
    /// </summary>
    /// <returns>The exit code: 0 when stopped, 1 when the router ended.</returns>
    public static async Task<int> RunAsync(RunningCluster cluster, CancellationToken stop)
    {
        var watched = cluster.Hosts.Prepend(cluster.Router).ToList();
        try
        {
            while (true)
            {
                var exits = watched.ToDictionary(c => c.WaitForExitAsync(stop));
                var ended = exits[await Task.WhenAny(exits.Keys)];
                stop.ThrowIfCancellationRequested();
                await Console.Error.WriteLineAsync($"{ended.Name} ended (log: {ended.Log})");
                if (ended == cluster.Router)
                {
                    return 1;
                }

                watched.Remove(ended);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return 0;
        }
    }
}
