using System.Diagnostics;
using System.Globalization;
using System.Text;
using ExpertCluster.Inference.Batching;
using ExpertCluster.Inference.Generation;
using ExpertCluster.Inference.Stepping;
using ExpertCluster.Text.Tokenization;

namespace ExpertCluster.Bench.Drafts;

/// <summary>
/// The engine with guesses over the engine without, same tokens: on text that repeats itself (greedy, past its end: the
/// best case) and on text that does not (drawn at a high temperature: what guessing in vain costs).
/// </summary>
internal static class DraftRun
{
    private const int Tokens = 128;

    public static async Task<int> RunAsync(bool quick, CancellationToken cancellation)
    {
        var demo = BenchModel.Demo();
        string machine = Machine.Describe();
        var tokenizer = Tokenizer.Load(demo.Model.TokenizerPath);
        int[] prompt = tokenizer.Encode("<|bos|><|user|>Where is Lonfunr Ltd headquartered?<|end|><|assistant|>", addSpecialTokens: false, cancellation);
        await using var plain = Open(demo, tokenizer, draftRows: 0);
        await using var drafting = Open(demo, tokenizer, draftRows: 8);
        List<DraftRow> rows = [];
        foreach (var (name, temperature) in new[] { ("repeats itself", 0f), ("does not", 2f) })
        {
            foreach (int streams in new[] { 1, 8, 32 })
            {
                Console.Error.WriteLine($"{name}, {streams} streams");
                rows.Add(await CompareAsync(name, plain, drafting, prompt, temperature, streams, quick ? 3 : 9, cancellation));
            }
        }

        ResultsFolder.Write("drafts", ToMarkdown(machine, rows), rows);
        return 0;
    }

    private static Engine Open(BenchModel demo, Tokenizer tokenizer, int draftRows) => EngineFactory.Open(
        demo.Model,
        new StepRunnerOptions { Slots = 32, ContextLength = 256, MaxRows = 160, AdapterCapacity = 1 },
        new EngineOptions { DraftRows = draftRows, OutputBuffer = Tokens },
        tokenizer);

    private static async Task<DraftRow> CompareAsync(
        string text, Engine plain, Engine drafting, int[] prompt, float temperature, int streams, int rounds, CancellationToken cancellation)
    {
        List<(double Plain, double Drafting)> seconds = [];
        var before = drafting.Status;
        for (int i = -1; i < rounds; i++)
        {
            var (plainSeconds, plainTokens) = await TimeAsync(plain, prompt, temperature, streams, cancellation);
            var (draftSeconds, draftTokens) = await TimeAsync(drafting, prompt, temperature, streams, cancellation);
            if (!plainTokens.SequenceEqual(draftTokens))
            {
                throw new InvalidOperationException("guesses changed the tokens");
            }

            if (i >= 0)
            {
                seconds.Add((plainSeconds, draftSeconds));
            }
        }

        var after = drafting.Status;
        double count = streams * Tokens;
        return new DraftRow(
            text,
            streams,
            Spread.Of(seconds.Select(s => count / s.Plain)),
            Spread.Of(seconds.Select(s => count / s.Drafting)),
            Spread.Of(seconds.Select(s => s.Plain / s.Drafting)),
            (after.DraftTokens - before.DraftTokens) / (count * (rounds + 1)),
            (after.AcceptedDraftTokens - before.AcceptedDraftTokens) / (count * (rounds + 1)));
    }

    private static async Task<(double Seconds, int[] Tokens)> TimeAsync(
        Engine engine, int[] prompt, float temperature, int streams, CancellationToken cancellation)
    {
        GC.Collect();
        long start = Stopwatch.GetTimestamp();
        var outputs = await Task.WhenAll(Enumerable.Range(0, streams).Select(i => Task.Run(() => GenerateAsync(engine, prompt, temperature, i, cancellation))));
        return (Stopwatch.GetElapsedTime(start).TotalSeconds, [.. outputs.SelectMany(tokens => tokens)]);
    }

    private static async Task<List<int>> GenerateAsync(Engine engine, int[] prompt, float temperature, int seed, CancellationToken cancellation)
    {
        var request = new GenerationRequest
        {
            Prompt = prompt,
            MaxTokens = Tokens,
            Sampling = new SamplingOptions { Temperature = temperature, Seed = (ulong)seed },
            Branches = [new Branch()],
        };
        List<int> tokens = [];
        await foreach (var token in engine.Generate(request, cancellation))
        {
            tokens.Add(token.Id);
        }

        return tokens;
    }

    private static string ToMarkdown(string machine, List<DraftRow> rows)
    {
        var text = new StringBuilder();
        text.AppendLine("## Guessing tokens").AppendLine();
        text.AppendLine(CultureInfo.InvariantCulture, $"{machine}. The engine alone, {Tokens} tokens a stream, 8 rows for guesses; the same tokens with and without.");
        text.AppendLine().AppendLine("| text | streams | plain, tokens/s | with guesses | ratio | guesses a token | held a token |");
        text.AppendLine("|---|---:|---:|---:|---:|---:|---:|");
        foreach (var row in rows)
        {
            text.AppendLine(
                CultureInfo.InvariantCulture,
                $"| {row.Text} | {row.Streams} | {row.Plain.Median:0} | {row.Drafting.Median:0} "
                + $"| {row.Ratio.ToRatio()} | {row.Guesses:0.00} | {row.Held:0.00} |");
        }

        return text.ToString();
    }

    /// <summary>Tokens a second, the ratio round by round, and guesses for each token that came.</summary>
    private sealed record DraftRow(string Text, int Streams, Spread Plain, Spread Drafting, Spread Ratio, double Guesses, double Held);
}
