using System.Diagnostics;
using System.Globalization;
using System.Text;
using ExpertCluster.Grammars;
using ExpertCluster.Grammars.Matching;
using ExpertCluster.Grammars.Sources;
using ExpertCluster.Grammars.Vocabularies;
using ExpertCluster.Inference.Batching;
using ExpertCluster.Inference.Generation;
using ExpertCluster.Inference.Stepping;
using ExpertCluster.Text.Tokenization;

namespace ExpertCluster.Bench.Structures;

/// <summary>
/// A step of streams that are held to a schema over a step of as many that may say anything, and what compiling takes. All of a step counts, masks, sampling and
/// text. The schema asks for more than fits, so that all streams have as many tokens.
/// </summary>
internal static class StructureRun
{
    private const int Tokens = 128;
    private const int Compilations = 200;

    private const string Schema =
        """
        {"type": "array", "minItems": 500, "items": {"type": "object", "additionalProperties": false, "required": ["name", "year", "tags"], "properties": {
          "name": {"type": "string", "maxLength": 30}, "year": {"type": "integer", "minimum": 1900, "maximum": 2099},
          "tags": {"type": "array", "items": {"enum": ["law", "finance", "medicine", "code"]}, "maxItems": 4}, "note": {"type": "string"}}}}
        """;

    public static async Task<int> RunAsync(bool quick, CancellationToken cancellation)
    {
        var demo = BenchModel.Demo();
        string machine = Machine.Describe();
        var tokenizer = Tokenizer.Load(Path.Combine(demo.Base.Folder.Location, "tokenizer.json"));
        await using var engine = EngineFactory.Open(
            demo.Model,
            new StepRunnerOptions { Slots = 32, ContextLength = 256, MaxRows = 160, AdapterCapacity = 2, AdapterRank = 8 },
            new EngineOptions { OutputBuffer = Tokens, SamplingThreads = 0 });
        TokenVocabulary vocabulary = new([.. Enumerable.Range(0, engine.Vocabulary).Select(id => tokenizer.IsSpecial(id) ? null : tokenizer.GetTokenBytes(id).ToArray())]);
        List<StepRow> rows = [];
        foreach (int streams in new[] { 1, 8, 32 })
        {
            Console.Error.WriteLine($"{streams} streams");
            rows.Add(await CompareAsync(engine, vocabulary, streams, quick ? 5 : 15, cancellation));
        }

        CompileRow[] compiled = [.. ((int[])[3, 30, 300]).Select(properties => Compile(vocabulary, properties))];
        ResultsFolder.Write("structures", ToMarkdown(machine, vocabulary, rows, compiled), new { rows, compiled });
        return 0;
    }

    private static async Task<StepRow> CompareAsync(Engine engine, TokenVocabulary vocabulary, int streams, int rounds, CancellationToken cancellation)
    {
        List<(double Free, double First, double Held)> times = [];
        for (int i = -1; i < rounds; i++)
        {
            // The first use works masks out, the second finds those that it needs again.
            var grammar = Compile(vocabulary, Schema);
            var time = (
                await TimeAsync(engine, streams, null, cancellation),
                await TimeAsync(engine, streams, grammar, cancellation),
                await TimeAsync(engine, streams, grammar, cancellation));
            if (i >= 0)
            {
                times.Add(time);
            }
        }

        return new StepRow(streams, Spread.Of(times.Select(t => t.Free)), Spread.Of(times.Select(t => t.Free / t.First)), Spread.Of(times.Select(t => t.Free / t.Held)));
    }

    /// <summary>Milliseconds a step.</summary>
    private static async Task<double> TimeAsync(Engine engine, int streams, CompiledGrammar? grammar, CancellationToken cancellation)
    {
        GC.Collect();
        long steps = engine.Status.Steps;
        long start = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, streams).Select(i => Task.Run(() => ReadAsync(engine, (ulong)i, grammar, cancellation))));
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds / (engine.Status.Steps - steps);
    }

    private static async Task ReadAsync(Engine engine, ulong seed, CompiledGrammar? grammar, CancellationToken cancellation)
    {
        var request = new GenerationRequest
        {
            Prompt = [1],
            MaxTokens = Tokens,
            Sampling = new SamplingOptions { Temperature = 1, Seed = seed },
            Branches = [new Branch()],
            Grammar = grammar,
        };
        await using var stream = engine.Generate(request, cancellation);
        while (await stream.WaitToReadAsync(cancellation))
        {
            while (stream.TryRead(out _))
            {
            }
        }
    }

    private static CompileRow Compile(TokenVocabulary vocabulary, int properties)
    {
        double[] times = new double[Compilations];
        for (int i = -20; i < Compilations; i++)
        {
            // Each another one: names differ.
            string names = string.Join(", ", Enumerable.Range(0, properties).Select(n => FormattableString.Invariant($"\"p{i + 20}x{n}\": {{\"type\": [\"string\", \"null\"], \"maxLength\": {n + 9}}}")));
            string schema = $$$"""{"type": "object", "properties": {{{{names}}}}, "additionalProperties": {"type": "number", "minimum": 0}}""";
            long start = Stopwatch.GetTimestamp();
            _ = Compile(vocabulary, schema).Start().Next;
            if (i >= 0)
            {
                times[i] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            }
        }

        Array.Sort(times);
        return new CompileRow(properties, times[Compilations / 2], times[Compilations * 99 / 100]);
    }

    private static CompiledGrammar Compile(TokenVocabulary vocabulary, string schema)
    {
        GrammarBudget budget = new(CancellationToken.None);
        return CompiledGrammar.Compile(GrammarSources.JsonSchema(schema, budget), vocabulary, budget);
    }

    private static string ToMarkdown(string machine, TokenVocabulary vocabulary, List<StepRow> rows, CompileRow[] compiled)
    {
        var text = new StringBuilder();
        text.AppendLine("## Structured output").AppendLine();
        text.AppendLine(CultureInfo.InvariantCulture, $"{machine}. The engine alone, the demo's base in fp32, {vocabulary.Size} tokens, {Tokens} tokens a stream, temperature 1.");
        text.AppendLine("Medians (least to most) of rounds in turns; a ratio is of one round.").AppendLine();
        text.AppendLine("| streams | ms a step without | tokens a second over those without, new schema | the same again |");
        text.AppendLine("|---:|---:|---:|---:|");
        foreach (var row in rows)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"| {row.Streams} | {row.Milliseconds.Median:0.000} | {row.First.ToRatio()} | {row.Again.ToRatio()} |");
        }

        text.AppendLine().AppendLine("| properties | ms to compile and have the first mask, median | p99 |").AppendLine("|---:|---:|---:|");
        foreach (var row in compiled)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"| {row.Properties} | {row.Median:0.0} | {row.P99:0.0} |");
        }

        return text.ToString();
    }

    private sealed record StepRow(int Streams, Spread Milliseconds, Spread First, Spread Again);

    private sealed record CompileRow(int Properties, double Median, double P99);
}
