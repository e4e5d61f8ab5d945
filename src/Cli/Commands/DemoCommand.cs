using System.CommandLine;
using ExpertCluster.Cli.Demo;
using ExpertCluster.Cli.Running;

namespace ExpertCluster.Cli.Commands;

/// <summary>`demo`: a cluster with the demo's models, five prompts, then it keeps running until Ctrl-C.</summary>
internal static class DemoCommand
{
    public static Command Create(IClusters clusters)
    {
        Option<bool> once = new("--once") { Description = "Stop everything after the prompts" };
        Command command = new("demo", "Shows what the cluster does, with the models that come with it.") { once };
        new ClusterOptions(clusters).Serve(command, parsed =>
        {
            var prompts = DemoPrompt.Choose();
            var (output, errors) = (parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error);
            return async (cluster, stop) =>
            {
                using (var channel = cluster.OpenChannel())
                {
                    await DemoShow.On(output, TimeProvider.System).RunAsync(channel, prompts, stop);
                }

                if (parsed.GetValue(once))
                {
                    return 0;
                }

                PrintAddresses(cluster, output);
                return await new Supervision(cluster, errors, TimeProvider.System).RunAsync(stop);
            };
        });
        return command;
    }

    private static void PrintAddresses(RunningCluster cluster, TextWriter output)
    {
        output.WriteLine($"""

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
