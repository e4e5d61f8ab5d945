using ExpertCluster.Cli.Running;
using ExpertCluster.TestSupport;

namespace ExpertCluster.Cli.Tests.Support;

/// <summary>Processes that do what a test needs, and end when this one does.</summary>
internal static class Scripts
{
    /// <summary>Runs until it is told to end.</summary>
    public const string Obedient = "exec cat";

    /// <summary>Takes no notice of SIGTERM; says when it no longer does.</summary>
    public const string Deaf = "trap '' TERM; echo deaf; read x";

    public static IReadOnlyList<string> Program(string script) => ["/bin/sh", "-c", script];

    public static NodeSpec Spec(TemporaryFolder folder, string script, string name = "node", params (string Name, string Value)[] settings) =>
        new(name, Program(script), settings.ToDictionary(s => s.Name, s => s.Value), folder[$"{name}.log"], HttpPort: 1);

    public static ClusterLayout Layout(TemporaryFolder folder, TextWriter errors, string router = Obedient, string host = Obedient, int hosts = 1) => new()
    {
        Prepared = folder["prepared"],
        Logs = folder["logs"],
        Hosts = hosts,
        HttpPort = 0,
        GrpcPort = 0,
        RouterProgram = Program(router),
        HostProgram = Program(host),
        Errors = errors,
    };

    public static bool Exists(int process) => File.Exists($"/proc/{process}/stat") && !File.ReadAllText($"/proc/{process}/stat").Contains(") Z ", StringComparison.Ordinal);
}
