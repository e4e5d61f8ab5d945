using ExpertCluster.Bench.Peers;
using ExpertCluster.Models.Onnx;

namespace ExpertCluster.Bench.Stack;

/// <summary>The stack against the bare runtime: same model, threads, requests and streams, in turns.</summary>
internal static class StackRun
{
    public static async Task<int> RunAsync(StackOptions options, CancellationToken cancellation)
    {
        var model = options.Model is { } folder
            ? new BenchModel(PeerCatalogue.Prepare(new PeerFolder(folder), Quantization.None).Prepared)
            : BenchModel.Demo();
        string before = Machine.Describe();
        var layout = ServedStack.Layout(model);
        await using var bare = await BareRuntime.OpenAsync(model, int.Parse(layout.ThreadsPerHost, System.Globalization.CultureInfo.InvariantCulture));
        await using var stack = await ServedStack.StartAsync(layout, model.Base.Name, cancellation);
        List<Comparison> comparisons = [];
        foreach (int streams in options.Streams)
        {
            Console.Error.WriteLine($"{streams} streams");
            comparisons.Add(await CompareAsync(bare, stack, streams, options, cancellation));
        }

        var report = new StackReport(before, layout.ThreadsPerHost, options, comparisons);
        ResultsFolder.Write(options.Model is null ? "stack" : $"stack-{Path.GetFileName(options.Model)}", report.ToMarkdown(), report);
        return 0;
    }

    private static async Task<Comparison> CompareAsync(
        ITokenSource bare, ITokenSource stack, int streams, StackOptions options, CancellationToken cancellation)
    {
        var requests = await Workload.FindAsync(bare, streams, options.TokensPerStream, cancellation);
        int times = Math.Max(1, options.TokensPerRound / (streams * options.TokensPerStream));
        List<(Round Bare, Round Stack)> rounds = [];
        for (int i = -options.Warmups; i < options.Rounds; i++)
        {
            var first = await Round.RunAsync(i % 2 == 0 ? bare : stack, requests, times, cancellation);
            var second = await Round.RunAsync(i % 2 == 0 ? stack : bare, requests, times, cancellation);
            RequireSame(first.Outcomes, second.Outcomes);
            if (i >= 0)
            {
                rounds.Add(i % 2 == 0 ? (first.Round, second.Round) : (second.Round, first.Round));
            }
        }

        return new Comparison(streams, rounds);
    }

    /// <summary>A faster way to other tokens would be no comparison.</summary>
    private static void RequireSame(StreamOutcome[] one, StreamOutcome[] other)
    {
        if (!one.Select(o => (o.Tokens, o.Hash)).SequenceEqual(other.Select(o => (o.Tokens, o.Hash))))
        {
            throw new InvalidOperationException("the stack and the bare runtime gave different tokens for the same requests");
        }
    }
}
