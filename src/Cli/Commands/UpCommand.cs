using System.CommandLine;
using ExpertCluster.Cli.Running;

namespace ExpertCluster.Cli.Commands;

/// <summary>`up`: the cluster in the foreground; exactly one line on standard output when it serves.</summary>
internal static class UpCommand
{
    public static Command Create(IClusters clusters)
    {
        Command command = new(
            "up", "Runs a cluster on this machine until SIGTERM or Ctrl-C. Edits of the catalogue are taken as they come, and what the admin API wants.");
        new ClusterOptions(clusters).Serve(command, parsed =>
        {
            var errors = parsed.InvocationConfiguration.Error;
            return async (cluster, stop) =>
            {
                await parsed.InvocationConfiguration.Output.WriteLineAsync($"ready http={cluster.HttpAddress} grpc={cluster.GrpcAddress}");
                return await new Supervision(cluster, errors, TimeProvider.System).RunAsync(stop);
            };
        });
        return command;
    }
}
