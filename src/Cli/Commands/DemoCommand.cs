using System.CommandLine;
using ExpertCluster.Cli.Demo;
using ExpertCluster.Cli.Running;

namespace ExpertCluster.Cli.Commands;

/// <summary>`demo`: a cluster with the demo's models, five prompts, then it keeps running until Ctrl-C.</summary>
internal static class DemoCommand
{
    public static Command Create()
    {
        ClusterOptions options = new();
        Option<bool> once = new("--once") { Description = "Stop everything after the prompts" };
        Command command = new("demo", "Shows what the cluster does, with the models that come with it.") { once };
        options.AddTo(command);
        command.SetAction(async (parsed, _) =>
        {
            using var signals = new Signals();
            try
            {
                await using var cluster = await options.StartAsync(parsed, Progress.Say, signals.Token);
                await new DemoShow(TimeProvider.System).RunAsync(cluster, signals.Token);
                if (parsed.GetValue(once))
                {
                    return 0;
                }

                PrintAddresses(cluster);
                return await new Supervision(cluster, TimeProvider.System).RunAsync(signals.Token);
            }
            catch (OperationCanceledException) when (signals.Token.IsCancellationRequested)
            {
                return 0;
            }
        });
        return command;
    }

    private static void PrintAddresses(RunningCluster cluster)
    {
        Console.WriteLine($"""

            HTTP (OpenAI API, metrics, health): {cluster.HttpAddress}
            gRPC (expertcluster.v1, reflection): {cluster.GrpcAddress}
            Try:
              curl -N {cluster.HttpAddress}/v1/chat/completions -H 'content-type: application/json' -d {"'"}{"{"}"model":"auto","stream":true,"messages":[{"{"}"role":"user","content":"Say hello."{"}"}]{"}"}{"'"}
              curl {cluster.HttpAddress}/v1/models
              curl {cluster.HttpAddress}/metrics
            Ctrl-C stops everything.
            """);
    }
}
