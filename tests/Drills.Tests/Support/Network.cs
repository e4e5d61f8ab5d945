using System.Globalization;
using ExpertCluster.TestSupport;

namespace ExpertCluster.Drills.Support;

/// <summary>
/// Machines of a drill: network namespaces with an address each, on one bridge. Where this user can't make namespaces, addresses
/// of the loopback interface take their place, and what needs a link to be cut is skipped.
/// </summary>
internal sealed class Network : IAsyncDisposable
{
    private const string Prefix = "ecd";

    private static int _made;

    /// <summary>Networks of a process before addresses come around again: those that are there at once have addresses of their own.</summary>
    private const int Subnets = 200;

    private readonly string _name;
    private readonly int _subnet;
    private readonly List<Machine> _machines = [];

    private Network(string name, int subnet, bool hasLinks)
    {
        _name = name;
        _subnet = subnet;
        HasLinks = hasLinks;
    }

    /// <summary>Whether machines have links of their own, which can be cut.</summary>
    public bool HasLinks { get; }

    public static async Task<Network> CreateAsync()
    {
        Tool.Require("ip");
        await RemoveLeftoversAsync();
        int made = Interlocked.Increment(ref _made);
        var network = new Network(string.Create(CultureInfo.InvariantCulture, $"{Prefix}{Environment.ProcessId}.{made}"), made % Subnets, hasLinks: true);
        var (code, _, errors) = await Tool.TryAsync("ip", ["link", "add", network._name, "type", "bridge"]);
        if (code != 0)
        {
            Assert.True(IsForbidden(errors), errors);
            TestContext.Current.SendDiagnosticMessage("no network namespaces here ({0}): drills run on loopback addresses, those that cut links are skipped", errors.Trim());
            return new Network(network._name, network._subnet, hasLinks: false);
        }

        await RunAsync("addr", "add", string.Create(CultureInfo.InvariantCulture, $"10.77.{network._subnet}.1/24"), "dev", network._name);
        await RunAsync("link", "set", network._name, "up");
        return network;
    }

    /// <summary>Another machine. Its name is its link's, too, which may have 15 characters.</summary>
    public async Task<Machine> AddAsync()
    {
        int number = _machines.Count + 2;
        string name = string.Create(CultureInfo.InvariantCulture, $"{_name}.{number}");
        if (!HasLinks)
        {
            var local = new Machine(null, string.Create(CultureInfo.InvariantCulture, $"127.77.{_subnet}.{number}"));
            _machines.Add(local);
            return local;
        }

        var machine = new Machine(name, string.Create(CultureInfo.InvariantCulture, $"10.77.{_subnet}.{number}"));
        await RunAsync("netns", "add", name);
        await RunAsync("link", "add", name, "type", "veth", "peer", "name", "eth0", "netns", name);
        await RunAsync("link", "set", name, "master", _name, "up");
        await RunAsync("-n", name, "addr", "add", machine.Address + "/24", "dev", "eth0");
        await RunAsync("-n", name, "link", "set", "eth0", "up");
        await RunAsync("-n", name, "link", "set", "lo", "up");
        _machines.Add(machine);
        return machine;
    }

    public async ValueTask DisposeAsync()
    {
        if (HasLinks)
        {
            foreach (var machine in _machines)
            {
                // Deleting the namespace takes the link with it, but some time later.
                await Tool.TryAsync("ip", ["link", "del", machine.Name!]);
                await Tool.TryAsync("ip", ["netns", "del", machine.Name!]);
            }

            await Tool.TryAsync("ip", ["link", "del", _name]);
        }
    }

    /// <summary>What the system says to who may not, or where it has no such thing.</summary>
    private static bool IsForbidden(string errors) =>
        errors.Contains("not permitted", StringComparison.Ordinal) || errors.Contains("not supported", StringComparison.Ordinal) || errors.Contains("Unknown device type", StringComparison.Ordinal);

    internal static Task RunAsync(params string[] arguments) => Tool.RunAsync("ip", arguments);

    /// <summary>Of runs that were killed: their process is gone, their namespaces and bridges are not.</summary>
    private static async Task RemoveLeftoversAsync()
    {
        foreach (string line in (await Tool.RunAsync("ip", ["netns", "list"])).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            string name = line.Split(' ')[0];
            if (IsLeftover(name))
            {
                foreach (string process in (await Tool.TryAsync("ip", ["netns", "pids", name])).Output.Split('\n', StringSplitOptions.RemoveEmptyEntries))
                {
                    await Tool.TryAsync("kill", ["-9", process]);
                }

                await Tool.TryAsync("ip", ["netns", "del", name]);
            }
        }

        foreach (string name in Directory.EnumerateDirectories("/sys/class/net").Select(path => Path.GetFileName(path)).Where(IsLeftover))
        {
            await Tool.TryAsync("ip", ["link", "del", name]);
        }
    }

    private static bool IsLeftover(string name) =>
        name.StartsWith(Prefix, StringComparison.Ordinal)
        && int.TryParse(name[Prefix.Length..].Split('.')[0], NumberStyles.None, CultureInfo.InvariantCulture, out int owner)
        && !Directory.Exists(string.Create(CultureInfo.InvariantCulture, $"/proc/{owner}"));
}
