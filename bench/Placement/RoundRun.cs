using System.Globalization;
using System.Text;
using ExpertCluster.Fabric;
using ExpertCluster.Fabric.Placement.Rounds;
using Microsoft.Extensions.DependencyInjection;

namespace ExpertCluster.Bench.Placement;

/// <summary>What a placement round of 500 hosts and 10,000 experts takes, on one thread.</summary>
internal static class RoundRun
{
    private const int Hosts = 500;
    private const int Experts = 10_000;

    /// <summary>Hosts that come or go at once.</summary>
    private const int Some = 25;

    private static readonly (string Name, Action<RoundCluster> Trouble)[] Cases =
    [
        ("steady", _ => { }),
        ("all of popularity shifts", cluster => cluster.Shift()),
        ("25 hosts lost", cluster => ForSome(i => cluster.Lose(i * 7))),
        ("25 hosts join", cluster => ForSome(i => cluster.Join(Hosts + i))),
    ];

    public static int Run(bool quick)
    {
        string machine = Machine.Describe();
        using var services = new ServiceCollection().AddPlacementRounds(new PlacementOptions()).BuildServiceProvider();
        var policy = services.GetServices<IPlacementPolicy>().First(p => p.Name == PlacementPolicies.Default);
        RoundCluster cluster = new(Hosts, Experts);
        List<RoundRow> rows = [Measure("empty start", cluster, policy, 60)];
        Measure("settling", cluster, policy, 300);
        foreach (var (name, trouble) in Cases)
        {
            trouble(cluster);
            rows.Add(Measure(name, cluster, policy, quick ? 60 : 300));
        }

        ResultsFolder.Write("rounds", ToMarkdown(machine, rows), rows);
        return 0;
    }

    private static RoundRow Measure(string name, RoundCluster cluster, IPlacementPolicy policy, int rounds)
    {
        List<double> times = [];
        long decisions = 0;
        long bytes = 0;
        for (int i = 0; i < rounds; i++)
        {
            var input = cluster.Look();
            long allocated = GC.GetAllocatedBytesForCurrentThread();
            long start = TimeProvider.System.GetTimestamp();
            var result = cluster.Round(policy, input);
            times.Add(TimeProvider.System.GetElapsedTime(start).TotalMilliseconds);
            bytes += GC.GetAllocatedBytesForCurrentThread() - allocated;
            decisions += result.Decisions.Count;
            cluster.CarryOut(result);
        }

        times.Sort();
        return new RoundRow(name, rounds, times[rounds / 2], times[rounds * 99 / 100], times[^1], (double)decisions / rounds, bytes / rounds, cluster.Replicas);
    }

    private static void ForSome(Action<int> change)
    {
        for (int i = 0; i < Some; i++)
        {
            change(i);
        }
    }

    private static string ToMarkdown(string machine, List<RoundRow> rows)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"## Placement rounds: {Hosts} hosts, {Experts} experts, one thread\n\n{machine}\n\n");
        text.Append("| | rounds | p50, ms | p99, ms | most, ms | decisions a round | bytes a round | replicas at the end |\n|---|---:|---:|---:|---:|---:|---:|---:|\n");
        foreach (var row in rows)
        {
            text.Append(CultureInfo.InvariantCulture, $"| {row.Name} | {row.Rounds} | {row.P50:0.00} | {row.P99:0.00} | {row.Most:0.00} | ");
            text.Append(CultureInfo.InvariantCulture, $"{row.Decisions:0.0} | {row.Bytes} | {row.Replicas} |\n");
        }

        return text.ToString();
    }

    private sealed record RoundRow(string Name, int Rounds, double P50, double P99, double Most, double Decisions, long Bytes, int Replicas);
}
