using System.Diagnostics;
using ExpertCluster.Inference.Adapters;
using ExpertCluster.Inference.Batching;
using ExpertCluster.Inference.Stepping;

namespace ExpertCluster.Bench.Adapters;

/// <summary>Thousands of adapters against a handful, on one engine: what it costs that most are elsewhere.</summary>
internal static class AdapterRun
{
    public static async Task<int> RunAsync(AdapterOptions options, CancellationToken cancellation)
    {
        var demo = BenchModel.Demo();
        string machine = Machine.Describe();
        await using var engine = EngineFactory.Open(
            demo.Model,
            new StepRunnerOptions { Slots = options.Streams, ContextLength = 256, MaxRows = 256, AdapterCapacity = options.Capacity, AdapterRank = options.Rank },
            new EngineOptions { AdapterHostBytes = options.HostBytes, PrefillChunk = 128 });
        Console.Error.WriteLine($"writing and registering {options.Many} adapters");
        using var pool = await AdapterPool.CreateAsync(engine, demo.Model.Shape, options);
        var traffic = new AdapterTraffic(engine, options);
        EngineAdapter[] few = [.. pool.Adapters.Take(options.Few)];
        List<(double Few, double Many)> rounds = [];
        var before = engine.Adapters.Counts;
        for (int i = -2; i < options.Rounds; i++)
        {
            if (i == 0)
            {
                before = engine.Adapters.Counts;
            }

            rounds.Add((await traffic.ThroughputAsync(few, i, cancellation), await traffic.ThroughputAsync(pool.Adapters, i, cancellation)));
        }

        rounds.RemoveRange(0, 2);
        var after = engine.Adapters.Counts;
        double requests = options.Rounds * options.Requests;
        var (read, cold, warm) = await LatenciesAsync(engine, pool, traffic, options, cancellation);
        var report = new AdapterReport(
            machine,
            options,
            Spread.Of(rounds.Select(r => r.Few)),
            Spread.Of(rounds.Select(r => r.Many)),
            Spread.Of(rounds.Select(r => r.Many / r.Few)),
            (after.SourceReads - before.SourceReads) / requests,
            (after.Evictions - before.Evictions) / requests,
            read,
            cold,
            warm);
        ResultsFolder.Write("adapters", report.ToMarkdown(), report);
        return 0;
    }

    /// <summary>The adapters at the end of the list are asked for so seldom that they are on disk only.</summary>
    private static async Task<(double Read, double Cold, double Warm)> LatenciesAsync(
        Engine engine, AdapterPool pool, AdapterTraffic traffic, AdapterOptions options, CancellationToken cancellation)
    {
        List<double> read = [], cold = [], warm = [];
        for (int i = 0; read.Count < options.Latencies && i < pool.Adapters.Count; i++)
        {
            int index = pool.Adapters.Count - 1 - i;
            long reads = engine.Adapters.Counts.SourceReads;
            double first = await traffic.FirstTokenAsync(pool.Adapters[index], i, cancellation);
            if (engine.Adapters.Counts.SourceReads == reads)
            {
                continue;
            }

            cold.Add(first);
            warm.Add(await traffic.FirstTokenAsync(pool.Adapters[index], i, cancellation));
            long start = Stopwatch.GetTimestamp();
            pool.Read(index);
            read.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }

        return (Spread.Of(read).Median, Spread.Of(cold).Median, Spread.Of(warm).Median);
    }
}
