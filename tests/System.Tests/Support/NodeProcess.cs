using System.Globalization;

namespace ExpertCluster.SystemTests.Support;

/// <summary>A router or host process, as /proc tells it.</summary>
public sealed record NodeProcess(int Id, string Name, int HttpPort, int GrpcPort, int SiloPort, string MembershipFile)
{
    public const string Prefix = "EXPERTCLUSTER__";

    public static IReadOnlyList<NodeProcess> ChildrenOf(int parent) =>
        [.. Directory.EnumerateDirectories("/proc").Select(d => Path.GetFileName(d)).Where(n => n.All(char.IsAsciiDigit)).Select(n => Read(n, parent)).OfType<NodeProcess>()];

    public static bool Exists(NodeProcess node) => Directory.Exists(string.Create(CultureInfo.InvariantCulture, $"/proc/{node.Id}"));

    private static NodeProcess? Read(string id, int parent)
    {
        try
        {
            // "pid (name) state ppid ...": the name may hold spaces, so the fields count from the last parenthesis.
            string stat = File.ReadAllText($"/proc/{id}/stat");
            string[] fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            if (int.Parse(fields[1], CultureInfo.InvariantCulture) != parent || fields[0] == "Z")
            {
                return null;
            }

            var environment = File.ReadAllText($"/proc/{id}/environ").Split('\0')
                .Where(e => e.StartsWith(Prefix, StringComparison.Ordinal))
                .Select(e => e[Prefix.Length..].Split('=', 2))
                .ToDictionary(e => e[0], e => e[1]);
            return environment.TryGetValue("NAME", out string? name)
                ? new NodeProcess(
                    int.Parse(id, CultureInfo.InvariantCulture),
                    name,
                    int.Parse(environment["HTTPPORT"], CultureInfo.InvariantCulture),
                    int.Parse(environment["GRPCPORT"], CultureInfo.InvariantCulture),
                    int.Parse(environment["SILOPORT"], CultureInfo.InvariantCulture),
                    environment["CLUSTERING__FILE"])
                : null;
        }
        catch (IOException)
        {
            // It ended while it was looked at.
            return null;
        }
    }
}
