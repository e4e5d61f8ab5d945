using System.Globalization;
using ExpertCluster.Fabric.Placement.Rounds;
using ExpertCluster.Simulation.Clusters;
using ExpertCluster.Simulation.Options;

namespace ExpertCluster.Simulation.Running;

/// <summary>The cluster as it is: hosts, the catalogue, what is warm where, and what each expert is asked for.</summary>
internal sealed class SimulatedCluster
{
    /// <summary>A device has room for one base: what it has beside it would not be enough for another.</summary>
    public static readonly Room Empty = new(2 * BaseBytes, 2 * BaseBytes);

    public static readonly Room Full = new(BaseBytes, 2 * BaseBytes);

    private const long BaseBytes = 1L << 30;

    public SimulatedCluster(SimulationOptions options)
    {
        Options = options;
        Hosts = [.. Enumerable.Range(0, options.Hosts).Select(i => new SimulatedHost(i, Name("host", i), Name("zone", i % options.Zones), options.Figures))];
        Members = [.. Enumerable.Range(0, options.Bases).Select(_ => new BaseMembers())];
        Warm = new WarmReplicas(options.Experts);
        Busy = new int[options.Experts];
        Arrivals = new int[options.Experts];
        LongestWait = new double[options.Experts];
        Experts = [.. Enumerable.Range(0, options.Experts).Select(Expert)];
        Bases = [.. Enumerable.Range(0, options.Bases).Select(i => new RoundBase { Name = Name("base", i), Bytes = BaseBytes })];
        foreach (var host in Hosts)
        {
            // As a cluster that has been started: one base each, evenly.
            SetBase(host, host.Number % options.Bases);
        }
    }

    public SimulationOptions Options { get; }

    public SimulatedHost[] Hosts { get; }

    /// <summary>By base.</summary>
    public BaseMembers[] Members { get; }

    public WarmReplicas Warm { get; }

    public RoundExpert[] Experts { get; }

    public RoundBase[] Bases { get; }

    /// <summary>Requests of each expert that are on hosts.</summary>
    public int[] Busy { get; }

    /// <summary>Requests of each expert since the last round.</summary>
    public int[] Arrivals { get; }

    /// <summary>Seconds that one of an expert's requests waited for a slot, since the last round.</summary>
    public double[] LongestWait { get; }

    public int BaseOf(int expert) => expert % Options.Bases;

    public static string Name(string kind, int number) => string.Create(CultureInfo.InvariantCulture, $"{kind}-{number:00000}");

    public static int NumberOf(string name) => int.Parse(name.AsSpan(name.LastIndexOf('-') + 1), NumberStyles.None, CultureInfo.InvariantCulture);

    /// <param name="host">That is open to requests from now on, or no more.</param>
    /// <param name="number">Of the base; -1: none.</param>
    public void SetBase(SimulatedHost host, int number)
    {
        if (host.Position >= 0)
        {
            Members[host.Base].Remove(host);
        }

        host.Base = number;
        if (number >= 0)
        {
            Members[number].Add(host);
        }
    }

    /// <summary>Takes a host out of what routers choose among, whatever it goes on with.</summary>
    public void Hide(SimulatedHost host)
    {
        if (host.Position >= 0)
        {
            Members[host.Base].Remove(host);
        }
    }

    public void Changed(SimulatedHost host)
    {
        if (host.Position >= 0)
        {
            Members[host.Base].Update(host);
        }
    }

    private RoundExpert Expert(int number) => new()
    {
        Id = new ExpertId(Name("expert", number), ""),
        Base = Name("base", BaseOf(number)),
        Rank = 8,
        Bytes = (long)(Options.Figures.AdapterMebibytes * (1 << 20)),
        Minimum = Options.MinimumReplicas,
        Maximum = Options.MaximumReplicas,
    };
}
