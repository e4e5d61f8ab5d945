using ExpertCluster.Inference.Stepping;
using ExpertCluster.Models.Import;
using ExpertCluster.Text.Tokenization;

namespace ExpertCluster.Bench.Precision;

/// <summary>What each kind of weights and each type of KV cache costs in quality, and gives in speed and memory.</summary>
internal static class PrecisionRun
{
    private const int Slots = 32;
    private const int LongContext = 1024;

    private static readonly DecodeLoad[] Loads =
        [.. new[] { 64, LongContext }.SelectMany(context => new[] { 1, 8, Slots }.Select(streams => new DecodeLoad(streams, context)))];

    /// <param name="quick">Fewer rounds, and the demo's model only.</param>
    /// <param name="threads">Of a step; 0: one for each core.</param>
    public static int Run(bool quick, int threads)
    {
        string machine = Machine.Describe();
        using var models = new PrecisionModels();
        List<PrecisionModelReport> reports = [Measure(models, PrecisionModels.DemoCheckpoint, "the demo's base", quick, threads, trained: true)];
        if (!quick)
        {
            reports.Add(Measure(models, models.RandomCheckpoint(), "random weights", quick, threads, trained: false));
        }

        var report = new PrecisionReport(machine, threads, reports);
        ResultsFolder.Write("precision", report.ToMarkdown(), report);
        return 0;
    }

    private static PrecisionModelReport Measure(
        PrecisionModels models, string checkpoint, string name, bool quick, int threads, bool trained)
    {
        List<PrecisionSubject> subjects = [];
        try
        {
            foreach (var variant in Variant.All)
            {
                Console.Error.WriteLine($"{name}: weights {variant.WeightsName}, cache {variant.CacheName}");
                subjects.Add(Open(models.Import(checkpoint, variant.Weights), variant, threads, trained));
            }

            TimeAll(subjects, quick ? 3 : 7, quick ? 20 : 30);
            int tokens = trained ? HeldOutText.Load(Tokenizer.Load(models.Import(checkpoint, default).TokenizerPath)).Sum(d => d.Tokens.Length - 1) : 0;
            return new PrecisionModelReport(name, tokens, [.. subjects.Select(s => s.Row(Loads))]);
        }
        finally
        {
            subjects.ForEach(s => s.Dispose());
        }
    }

    private static PrecisionSubject Open(ImportedModel model, Variant variant, int threads, bool trained)
    {
        var options = new StepRunnerOptions
        {
            Slots = Slots,
            ContextLength = LongContext,
            MaxRows = 256,
            AdaptersPerRow = 1,
            AdapterCapacity = 1,
            AdapterRank = 1,
            Threads = threads,
            KvCacheType = variant.Cache,
        };
        var subject = new PrecisionSubject(model, variant, options);
        try
        {
            subject.Perplexity = trained ? Perplexity.Of(subject.Runner, HeldOutText.Load(Tokenizer.Load(model.TokenizerPath))) : null;
            subject.Prepare(Loads);
            return subject;
        }
        catch
        {
            subject.Dispose();
            throw;
        }
    }

    /// <summary>Rounds in turns, each of every subject at every load, the first to warm up.</summary>
    private static void TimeAll(List<PrecisionSubject> subjects, int rounds, int steps)
    {
        for (int round = -1; round < rounds; round++)
        {
            for (int load = 0; load < Loads.Length; load++)
            {
                // Steps of many rows or long contexts take longer; a round gives each the same tokens in less of them.
                int count = Math.Max(3, steps / Math.Max(1, Loads[load].Streams * Loads[load].Context / 2048));
                foreach (var subject in subjects)
                {
                    subject.Time(load, count, keep: round >= 0);
                }
            }
        }
    }
}
