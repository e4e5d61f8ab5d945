using System.Diagnostics;

namespace ExpertCluster.Drills.Support;

/// <summary>A place with an address of its own, where processes run.</summary>
/// <param name="name">Of its network namespace and of its link; null where it has only an address.</param>
/// <param name="address">Its IP address.</param>
internal sealed class Machine(string? name, string address)
{
    public string? Name => name;

    public string Address => address;

    /// <summary>A process of this machine; its own process id is the program's.</summary>
    public Process Start(IReadOnlyList<string> program, IReadOnlyDictionary<string, string> settings)
    {
        string[] all = name is null ? [.. program] : ["ip", "netns", "exec", name, .. program];
        var start = new ProcessStartInfo(all[0], all[1..]) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        foreach (var (key, value) in settings)
        {
            start.Environment[key] = value;
        }

        return Process.Start(start)!;
    }

    /// <summary>Nothing comes in or goes out.</summary>
    public Task CutAsync() => Network.RunAsync("link", "set", name!, "down");

    public Task MendAsync() => Network.RunAsync("link", "set", name!, "up");

    /// <summary>What this machine sends to the other is lost; what the other sends arrives.</summary>
    public Task LoseAsync(Machine other) => Network.RunAsync("-n", name!, "route", "add", "blackhole", other.Address + "/32");

    public Task ReachAsync(Machine other) => Network.RunAsync("-n", name!, "route", "del", "blackhole", other.Address + "/32");
}
