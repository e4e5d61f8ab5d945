using System.Diagnostics;
using System.Text.Json;
using ExpertCluster.Models.Onnx;

namespace ExpertCluster.Bench.Memory;

/// <summary>Bytes of a base, of a second runner on it, of a stream and of an adapter, beside what arithmetic asks for.</summary>
internal static class MemoryRun
{
    private const int Rank = 8;

    public static async Task<int> RunAsync(bool quick, bool large, CancellationToken cancellation)
    {
        if (!File.Exists("/proc/self/smaps_rollup"))
        {
            Console.Error.WriteLine("bench memory reads /proc/self/smaps_rollup, which this system has not");
            return 1;
        }

        using var model = new MemoryModel(large);
        int streams = quick ? 4 : 16;
        int adapters = quick ? 8 : 32;
        List<MemoryRow> rows = [];
        foreach (var precision in (Quantization[])[Quantization.None, Quantization.F16, Quantization.Q8, Quantization.Q4])
        {
            var growth = await ProbeAsync<List<ProcessMemory>>(Order(ProbeKind.Bases, precision, 3), cancellation);
            long weights = MemoryMinimum.Base(model.Shape, precision);
            rows.Add(new($"base, {NameOf(precision)}", growth[0], weights));
            rows.Add(new($"second runner, {NameOf(precision)}", growth[1], weights));
            rows.Add(new($"third runner, {NameOf(precision)}", growth[2], weights));
        }

        rows.Add(await EachAsync("stream of full context", ProbeKind.Streams, streams, MemoryMinimum.Stream(model.Shape), Rank));
        long adapter = MemoryMinimum.Adapter(model.Shape, Rank);
        rows.Add(await EachAsync($"resident adapter, rank {Rank} of {Rank}", ProbeKind.ResidentAdapters, adapters, adapter, Rank));
        rows.Add(await EachAsync($"resident adapter, rank {Rank} of {4 * Rank}", ProbeKind.ResidentAdapters, adapters, adapter, 4 * Rank));
        rows.Add(await EachAsync("adapter in host memory", ProbeKind.HostAdapters, adapters, adapter, Rank));
        var opening = await ProbeAsync<OpeningTimes>(Order(ProbeKind.Opening, Quantization.None, quick ? 5 : 15), cancellation);
        ResultsFolder.Write("memory", MemoryReport.ToMarkdown(model.Shape, rows, opening), new { rows, opening });
        return 0;

        async Task<MemoryRow> EachAsync(string name, ProbeKind what, int count, long minimum, int room)
        {
            var order = Order(what, Quantization.None, count) with { Rank = room };
            // None of these lies in a file: pages of files only come and go meanwhile.
            var all = (await ProbeAsync<List<ProcessMemory>>(order, cancellation))[0] with { OfFiles = 0 };
            return new(name, all / count, minimum);
        }

        ProbeOrder Order(ProbeKind what, Quantization precision, int count) => new(
            what,
            model.Import(precision),
            model.ImportSmall(precision),
            count,
            [.. Enumerable.Range(0, adapters + 1).Select(seed => model.Adapter(Rank, seed))],
            Rank);
    }

    private static string NameOf(Quantization precision) => precision == Quantization.None ? "fp32" : precision.ToString().ToLowerInvariant();

    private static async Task<T> ProbeAsync<T>(ProbeOrder order, CancellationToken cancellation)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true };
        foreach (string argument in (string[])["exec", typeof(MemoryRun).Assembly.Location, "memory", "--probe", JsonSerializer.Serialize(order)])
        {
            start.ArgumentList.Add(argument);
        }

        using var process = Process.Start(start)!;
        string line = await process.StandardOutput.ReadToEndAsync(cancellation);
        await process.WaitForExitAsync(cancellation);
        return process.ExitCode == 0
            ? JsonSerializer.Deserialize<T>(line)!
            : throw new InvalidOperationException($"the process that measured {order.What} failed");
    }
}
