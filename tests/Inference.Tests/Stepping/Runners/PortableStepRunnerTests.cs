using ExpertCluster.Inference.Stepping;
using ExpertCluster.Inference.Stepping.Runners;
using ExpertCluster.Models.Onnx;
using ExpertCluster.Reference;

namespace ExpertCluster.Inference.Tests.Stepping.Runners;

public sealed class PortableStepRunnerTests(TestModels models) : IClassFixture<TestModels>
{
    private static readonly StepRunnerOptions Options = new() { Slots = 8, MaxRows = 64, AdapterRank = 8, AdapterCapacity = 4, Threads = 1 };

    [Fact]
    public void Run_PromptThenDecoding_EqualsTheReference()
    {
        using var runner = new PortableStepRunner(models.Model, Options);
        var batch = runner.NewBatch();
        int[] tokens = [5, 90, 17, 33, 2, 61, 44, 8, 19, 77];
        float[][] chunk = runner.Step(batch, [.. TestRows.Prompt(tokens[..4], 3)]);
        float[][] next = runner.Step(batch, [.. TestRows.Prompt(tokens[4..8], 3, 4)]);
        float[][] last = [.. tokens[8..].Select((token, i) => runner.Step(batch, [new TestRow(token, 3, 8 + i)])[0])];
        Logits.AssertClose(models.Reference.Logits(tokens), [.. chunk, .. next, .. last]);
    }

    [Fact]
    public void Run_EachAdapterAndMixes_EqualsTheReference()
    {
        using var runner = new PortableStepRunner(models.Model, Options);
        LoadAll(runner);
        (int, float)[][] mixes = [[], [(0, 1)], [(1, 1)], [(0, 0.6f), (2, 0.4f)], [(1, 0), (2, 0.5f)]];
        int[] tokens = [5, 90, 17, 33];
        TestRow[] rows = [.. mixes.SelectMany((mix, slot) => TestRows.Prompt(tokens, slot, 0, mix))];
        float[][] expected = [.. mixes.SelectMany(mix => models.Reference.Logits(
            tokens, _ => [.. mix.Select(m => new AdapterShare(models.Adapters[m.Item1], m.Item2))]))];
        Logits.AssertClose(expected, runner.Step(runner.NewBatch(), rows));
    }

    // With 8-bit weights activations are rounded to 8 bits as well, and a last bit there shows as a hundredth of a logit.
    [Theory]
    [InlineData(Quantization.None, 5e-5f)]
    [InlineData(Quantization.F16, 5e-5f)]
    [InlineData(Quantization.Q8, 0.1f)]
    public void Run_RandomSteps_EqualsTheFlatRunner(Quantization quantization, float tolerance)
    {
        var model = models.Import(quantization);
        using var flat = new FlatStepRunner(model, Options);
        using var portable = new PortableStepRunner(model, Options);
        LoadAll(flat);
        LoadAll(portable);
        var (flatBatch, portableBatch) = (flat.NewBatch(), portable.NewBatch());
        var random = new Random(3);
        int[] lengths = new int[Options.Slots];

        // Slots grow by prompts and single tokens, in any mix and with holes between them; some begin anew.
        for (int step = 0; step < 25; step++)
        {
            List<TestRow> rows = [];
            for (int slot = 0; slot < lengths.Length; slot++)
            {
                int count = random.Next(4) switch { 0 => 0, 1 => random.Next(2, 8), _ => 1 };
                lengths[slot] = lengths[slot] + count > 60 ? 0 : lengths[slot];
                for (int i = 0; i < count; i++)
                {
                    rows.Add(new TestRow(random.Next(272), slot, lengths[slot]++, (random.Next(-1, 3), random.NextSingle())));
                }
            }

            if (rows.Count == 0)
            {
                continue;
            }

            // Every second row's logits, the last first.
            int[] outputs = [.. Enumerable.Range(0, rows.Count).Where(i => i % 2 == 0).Reverse()];
            Logits.AssertClose(flat.Step(flatBatch, rows, outputs), portable.Step(portableBatch, rows, outputs), tolerance);
        }
    }

    [Fact]
    public void Run_PositionsWithAHole_IsRefused()
    {
        using var runner = new PortableStepRunner(models.Model, Options);
        var failure = Assert.Throws<ArgumentException>(
            () => runner.Step(runner.NewBatch(), [new TestRow(1, 2, 0), new TestRow(1, 2, 2)]));
        Assert.Contains("Positions[1] is 2; slot 2 goes on at 1", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_AdapterBeyondCapacity_IsRefused()
    {
        using var runner = new PortableStepRunner(models.Model, Options);
        var failure = Assert.Throws<ArgumentException>(() => runner.Step(runner.NewBatch(), [new TestRow(1, 0, 0, (4, 1f))]));
        Assert.Contains("AdapterIndex[0] is 4; it must be below 4", failure.Message, StringComparison.Ordinal);
    }

    private void LoadAll(IStepRunner runner)
    {
        for (int i = 0; i < models.Adapters.Count; i++)
        {
            runner.LoadAdapter(i, models.Adapters[i]);
        }
    }
}
