using System.CommandLine;
using ExpertCluster.Cli.Running;

namespace ExpertCluster.Cli.Commands;

/// <summary>`up`: the cluster in the foreground; exactly one line on standard output when it serves. It follows its catalogue.</summary>
internal static class UpCommand
{
    public static Command Create(IClusters clusters)
    {
        Command command = new("up", "Runs a cluster on this machine until SIGTERM or Ctrl-C. Edits of the catalogue are taken as they come.");
        var options = new ClusterOptions(clusters);
        options.Serve(command, parsed =>
        {
            string config = options.ConfigOf(parsed);
            var errors = parsed.InvocationConfiguration.Error;
            var watch = new CatalogueWatch(config, stop => clusters.Prepare(config, Progress.To(errors), stop), UserErrors.Explain, errors, TimeProvider.System);
            return async (cluster, stop) =>
            {
                await parsed.InvocationConfiguration.Output.WriteLineAsync($"ready http={cluster.HttpAddress} grpc={cluster.GrpcAddress}");
                using var ending = CancellationTokenSource.CreateLinkedTokenSource(stop);
                var watching = watch.RunAsync(ending.Token);
                int code = await new Supervision(cluster, errors, TimeProvider.System).RunAsync(stop);
                await ending.CancelAsync();
                await watching;
                return code;
            };
        });
        return command;
    }
}
