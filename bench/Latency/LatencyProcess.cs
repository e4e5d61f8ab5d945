using System.CommandLine;
using ExpertCluster.ExpertHost;
using ExpertCluster.ExpertHost.Runtime;
using Microsoft.Extensions.DependencyInjection;

namespace ExpertCluster.Bench.Latency;

/// <summary>What the run starts beside itself.</summary>
internal static class LatencyProcess
{
    public const string Name = "latency-process";
    public const string Host = "host";
    public const string Source = "source";
    public const string Relay = "relay";

    public static Command Create()
    {
        Argument<string> role = new("role");
        Argument<int[]> ports = new("ports") { Arity = ArgumentArity.ZeroOrMore };
        Command command = new(Name, "A process that `latency` starts.") { role, ports };
        command.Hidden = true;
        command.SetAction((parsed, cancellation) => RunAsync(parsed.GetValue(role)!, parsed.GetValue(ports) ?? [], cancellation));
        return command;
    }

    private static async Task<int> RunAsync(string role, int[] ports, CancellationToken cancellation)
    {
        await using var app = role switch
        {
            Host => ExpertHostApplication.Build([], services => services.AddSingleton<IBaseOpener, PacedOpener>()),
            Source => StampServer.BuildSource(ports[0], ports[1]),
            Relay => StampServer.BuildRelay(ports[0], ports[1], ports[2]),
            _ => throw new ArgumentOutOfRangeException(nameof(role), role, "is no role"),
        };
        if (role != Host)
        {
            // Its input closes when the process that started it ends; a host watches that itself.
            _ = Task.Run(() => StopWithInputAsync(app.Lifetime.StopApplication), CancellationToken.None);
        }

        await app.StartAsync(cancellation);
        await Microsoft.Extensions.Hosting.HostingAbstractionsHostExtensions.WaitForShutdownAsync(app, cancellation);
        return 0;
    }

    private static async Task StopWithInputAsync(Action stop)
    {
        while (await Console.In.ReadLineAsync() is not null)
        {
        }

        stop();
    }
}
