using System.Globalization;

namespace ExpertCluster.Cli.Running;

/// <summary>What it takes to start one process of the cluster, the first time and again.</summary>
/// <param name="Name">For messages and logs; the node's name in the cluster.</param>
/// <param name="Program">A program, and what it is told.</param>
/// <param name="Settings">Environment variables, beside this process's own.</param>
/// <param name="Log">Path of the file that takes its output.</param>
/// <param name="HttpPort">Where its health is asked.</param>
internal sealed record NodeSpec(
    string Name, IReadOnlyList<string> Program, IReadOnlyDictionary<string, string> Settings, string Log, int HttpPort)
{
    /// <summary>Ports of a node: HTTP, gRPC, silo, gateway.</summary>
    public const int Ports = 4;

    public static NodeSpec Router(ClusterLayout layout, LogFolder logs, ReadOnlySpan<int> ports) =>
        Of("router", layout.RouterProgram, layout, logs, ports, []);

    public static NodeSpec Host(int index, ClusterLayout layout, LogFolder logs, ReadOnlySpan<int> ports) =>
        Of(
            string.Create(CultureInfo.InvariantCulture, $"host-{index}"),
            layout.HostProgram,
            layout,
            logs,
            ports,
            new() { ["Runtime__Threads"] = layout.ThreadsPerHost });

    private static NodeSpec Of(
        string name, IReadOnlyList<string> program, ClusterLayout layout, LogFolder logs, ReadOnlySpan<int> ports, Dictionary<string, string> more)
    {
        Dictionary<string, string> settings = new()
        {
            ["Name"] = name,
            ["Prepared"] = layout.Prepared,
            ["HttpPort"] = Text(ports[0]),
            ["GrpcPort"] = Text(ports[1]),
            ["SiloPort"] = Text(ports[2]),
            ["GatewayPort"] = Text(ports[3]),
            ["StopWithInput"] = "true",
            ["Clustering__File"] = logs["members.json"],
            ["Clustering__StateFolder"] = layout.State,
            ["DrainSeconds"] = Text(layout.DrainSeconds),
        };
        foreach (var (key, value) in more.Concat(layout.Tls.Settings))
        {
            settings[key] = value;
        }

        return new NodeSpec(
            name,
            program,
            settings.ToDictionary(s => $"EXPERTCLUSTER__{s.Key.ToUpperInvariant()}", s => s.Value),
            logs[$"{name}.log"],
            ports[0]);

        static string Text(int port) => port.ToString(CultureInfo.InvariantCulture);
    }
}
