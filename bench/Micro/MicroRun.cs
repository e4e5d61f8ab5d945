using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Exporters.Json;
using BenchmarkDotNet.Filters;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Perfolizer.Horology;

namespace ExpertCluster.Bench.Micro;

/// <summary>Runs the micro-benchmarks in this process: nothing else is built or downloaded for them.</summary>
internal static class MicroRun
{
    private static readonly Type[] Benchmarks =
    [
        typeof(RequestGateBenchmarks),
        typeof(TokenGateBenchmarks),
        typeof(SamplerBenchmarks),
        typeof(ChunkCodecBenchmarks),
        typeof(RouterChunkBenchmarks),
        typeof(RequestHashBenchmarks),
        typeof(TokenizerBenchmarks),
        typeof(BatcherBenchmarks),
        typeof(ScrapeBenchmarks),
    ];

    /// <returns>The exit code: 1 when a benchmark failed.</returns>
    public static int Run(bool quick, string? filter)
    {
        string machine = Machine.Describe();
        string log = Path.Combine(ResultsFolder.Path, "micro.log");
        using var writer = new StreamWriter(log);
        using var logger = new StreamLogger(writer);
        var config = Config(quick, filter, logger);
        List<Summary> summaries = [];
        foreach (var type in Benchmarks)
        {
            Console.Error.WriteLine(type.Name);
            summaries.Add(BenchmarkRunner.Run(type, config));
        }

        var report = MicroReport.From(machine, quick, summaries);
        ResultsFolder.Write("micro", report.ToMarkdown(), report);
        if (report.Failed.Count == 0)
        {
            return 0;
        }

        Console.Error.WriteLine($"failed: {string.Join(", ", report.Failed)} (log: {log})");
        return 1;
    }

    private static ManualConfig Config(bool quick, string? filter, StreamLogger logger)
    {
        var job = quick
            ? Job.ShortRun.WithIterationTime(TimeInterval.FromMilliseconds(50))
            : Job.MediumRun.WithLaunchCount(1).WithIterationTime(TimeInterval.FromMilliseconds(200));
        var config = ManualConfig.CreateEmpty()
            .AddJob(job.WithToolchain(InProcessEmitToolchain.Instance))
            .AddDiagnoser(MemoryDiagnoser.Default)
            .AddColumnProvider(DefaultColumnProviders.Instance)
            .AddLogger(logger)
            .AddExporter(JsonExporter.BriefCompressed)
            .WithArtifactsPath(ResultsFolder.Path)
            .WithOptions(ConfigOptions.DisableLogFile);
        return filter is null
            ? config
            : config.AddFilter(new SimpleFilter(benchmark => NameOf(benchmark.Descriptor).Contains(filter, StringComparison.OrdinalIgnoreCase)));
    }

    private static string NameOf(Descriptor benchmark) => $"{benchmark.Type.Name}.{benchmark.WorkloadMethod.Name}";
}
