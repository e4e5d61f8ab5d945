using System.CommandLine;
using ExpertCluster.Cli.Running;

namespace ExpertCluster.Cli.Commands;

/// <summary>`up`: the cluster in the foreground; exactly one line on standard output when it serves.</summary>
internal static class UpCommand
{
    public static Command Create()
    {
        ClusterOptions options = new();
        Command command = new("up", "Runs a cluster on this machine until SIGTERM or Ctrl-C.");
        options.AddTo(command);
        command.SetAction(async (parsed, _) =>
        {
            using var signals = new Signals();
            try
            {
                await using var cluster = await options.StartAsync(parsed, Progress.Say, signals.Token);
                Console.WriteLine($"ready http={cluster.HttpAddress} grpc={cluster.GrpcAddress}");
                return await new Supervision(cluster, TimeProvider.System).RunAsync(signals.Token);
            }
            catch (OperationCanceledException) when (signals.Token.IsCancellationRequested)
            {
                return 0;
            }
        });
        return command;
    }
}
