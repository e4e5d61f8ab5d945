using System.Globalization;
using System.Text;
using ExpertCluster.Cli.Running;
using ExpertCluster.V1;
using Grpc.Net.Client;

namespace ExpertCluster.Bench.Merges;

/// <summary>
/// Latency a token of ensembles whose experts are whole models on hosts of their own, against one of them alone on one of these hosts: real processes, over loopback, one
/// stream at a time. All of them share this machine's cores, so that four hosts on two of them measure the cores.
/// </summary>
internal static class MergeRun
{
    public static async Task<int> RunAsync(MergeOptions options, CancellationToken cancellation)
    {
        // Guesses make several tokens of one step; an ensemble of several hosts has none.
        Environment.SetEnvironmentVariable("EXPERTCLUSTER__RUNTIME__DRAFTROWS", "0");
        string machine = Machine.Describe();
        List<MergeRow> rows = [];
        foreach (int bases in options.Bases)
        {
            Console.Error.WriteLine($"{bases} bases");
            rows.Add(await MeasureAsync(bases, options, cancellation));
        }

        ResultsFolder.Write("merges", ToMarkdown(machine, options, rows), rows);
        return 0;
    }

    private static async Task<MergeRow> MeasureAsync(int bases, MergeOptions options, CancellationToken cancellation)
    {
        var layout = new ClusterLayout { Prepared = MergeCatalogue.Prepare(options.Checkpoint, bases), Hosts = bases, HttpPort = 0, GrpcPort = 0 };
        await using var cluster = await RunningCluster.StartAsync(layout, Console.Error.WriteLine, TimeProvider.System, cancellation);
        using var channel = GrpcChannel.ForAddress(cluster.GrpcAddress);
        var client = new Completions.CompletionsClient(channel);
        List<(TimedAnswer, TimedAnswer)> rounds = [];
        for (int i = -options.Warmups; i < options.Rounds; i++)
        {
            Task<TimedAnswer> AskAsync(bool alone) => TimedAnswer.ReadAsync(client, RequestOf(alone ? 1 : bases, options.Tokens), alone ? 1 : bases, cancellation);
            var first = await AskAsync(i % 2 == 0);
            var second = await AskAsync(i % 2 != 0);
            if (i >= 0)
            {
                rounds.Add(i % 2 == 0 ? (first, second) : (second, first));
            }
        }

        return MergeRow.Of(bases, rounds);
    }

    private static CompleteRequest RequestOf(int bases, int tokens)
    {
        var request = new CompleteRequest
        {
            Model = bases == 1 ? MergeCatalogue.BaseName(0) : "auto",
            Prompt = new string('a', 80),
            Sampling = new Sampling { MaxTokens = tokens, Temperature = 0, IgnoreEos = true },
        };
        if (bases > 1)
        {
            request.Merge = new Merge
            {
                Mode = MergeMode.Ensemble,
                Scope = MergeScope.Request,
                K = bases,
                Experts = { Enumerable.Range(0, bases).Select(i => new WeightedExpert { Name = MergeCatalogue.BaseName(i), Weight = 1 }) },
            };
        }

        return request;
    }

    private static string ToMarkdown(string machine, MergeOptions options, IReadOnlyList<MergeRow> rows)
    {
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"## Lock step over several hosts: {options.Model}").AppendLine();
        text.AppendLine(CultureInfo.InvariantCulture, $"{machine}. Client, router and all hosts share these cores, each host has its share of threads.");
        text.AppendLine(CultureInfo.InvariantCulture, $"Medians (least to most) of {options.Rounds} rounds in turns, one stream of {options.Tokens} tokens.");
        text.AppendLine().AppendLine("| bases and hosts | alone, ms a token | p50, p99 | lock step, ms a token | p50, p99 | ratio | tokens with all parts |");
        text.AppendLine("|---:|---:|---:|---:|---:|---:|---:|");
        foreach (var row in rows)
        {
            text.AppendLine(
                CultureInfo.InvariantCulture,
                $"| {row.Bases} | {Milliseconds(row.Alone)} | {row.AloneGaps.P50:0.00}, {row.AloneGaps.P99:0.00} | {Milliseconds(row.LockStep)} "
                + $"| {row.LockStepGaps.P50:0.00}, {row.LockStepGaps.P99:0.00} | {row.Ratio.ToRatio()} | {row.Whole:0.000} |");
        }

        return text.ToString();
    }

    private static string Milliseconds(Spread s) => string.Create(CultureInfo.InvariantCulture, $"{s.Median:0.00} ({s.Least:0.00} to {s.Most:0.00})");
}
