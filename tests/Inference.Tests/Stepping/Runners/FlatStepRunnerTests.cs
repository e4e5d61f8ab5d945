using ExpertCluster.Inference.Stepping;
using ExpertCluster.Inference.Stepping.Runners;
using ExpertCluster.Models.Onnx;
using ExpertCluster.Reference;

namespace ExpertCluster.Inference.Tests.Stepping.Runners;

public sealed class FlatStepRunnerTests(TestModels models) : IClassFixture<TestModels>, IDisposable
{
    private static readonly int[] Tokens = [5, 90, 17, 33, 2, 61, 44, 8, 19, 77, 1, 30, 52, 3, 88, 26, 41, 9, 70, 12];

    private readonly FlatStepRunner _runner = Open(models);

    public void Dispose() => _runner.Dispose();

    [Fact]
    public void Run_WholePrompt_EqualsTheReference()
    {
        float[][] actual = _runner.Step(_runner.NewBatch(), [.. TestRows.Prompt(Tokens, slot: 2)]);
        AssertClose(models.Reference.Logits(Tokens), actual);
    }

    [Fact]
    public void Run_TokenByToken_EqualsTheReference()
    {
        var batch = _runner.NewBatch();
        float[][] actual = [.. Tokens.Select((token, i) => _runner.Step(batch, [new TestRow(token, 1, i)])[0])];
        AssertClose(models.Reference.Logits(Tokens), actual);
    }

    [Fact]
    public void Run_ChunksMixedWithDecoding_EqualsTheReference()
    {
        // Slot 0 decodes while slot 3 reads its prompt in chunks of 7: three different T, R of 1 and 2.
        int[] other = [.. Tokens.Reverse()];
        var batch = _runner.NewBatch();
        List<float[]> decoded = [];
        List<float[]> ends = [];
        for (int step = 0; step < 3; step++)
        {
            int[] chunk = other[(7 * step)..Math.Min(7 * (step + 1), other.Length)];
            TestRow[] rows = [new(Tokens[step], 0, step), .. TestRows.Prompt(chunk, 3, 7 * step)];
            float[][] logits = _runner.Step(batch, rows, [0, rows.Length - 1]);
            decoded.Add(logits[0]);
            ends.Add(logits[1]);
        }

        AssertClose(models.Reference.Logits(Tokens[..3]), [.. decoded]);
        float[][] expected = models.Reference.Logits(other);
        AssertClose([expected[6], expected[13], expected[19]], [.. ends]);
    }

    [Fact]
    public void Run_SlotUsedAgain_SeesNothingOfTheFormerSequence()
    {
        var batch = _runner.NewBatch();
        _runner.Step(batch, [.. TestRows.Prompt(Tokens, slot: 0)]);
        int[] next = [7, 7, 9];
        AssertClose(models.Reference.Logits(next), _runner.Step(batch, [.. TestRows.Prompt(next, slot: 0)]));
    }

    [Fact]
    public void Run_EachAdapterAndMixesInOneStep_EqualsTheReference()
    {
        LoadAll();
        (int, float)[][] mixes = [[], [(0, 1)], [(1, 1)], [(2, 1)], [(0, 0.6f), (2, 0.4f)], [(1, 0), (2, 0.5f)]];
        TestRow[] rows = [.. mixes.SelectMany((mix, slot) => TestRows.Prompt(Tokens[..9], slot, 0, mix))];

        float[][] actual = _runner.Step(_runner.NewBatch(), rows);

        float[][] expected = [.. mixes.SelectMany(mix => models.Reference.Logits(Tokens[..9], _ => Shares(mix)))];
        AssertClose(expected, actual);
    }

    [Fact]
    public void Run_AnotherAdapterAtEachPosition_EqualsTheReference()
    {
        LoadAll();
        TestRow[] rows = [.. Tokens.Select((token, i) => new TestRow(token, 0, i, (i % 3, 1f)))];
        float[][] expected = models.Reference.Logits(Tokens, i => Shares([(i % 3, 1f)]));
        AssertClose(expected, _runner.Step(_runner.NewBatch(), rows));
    }

    [Fact]
    public void LoadAdapter_OverAnother_LeavesNothingOfIt()
    {
        _runner.LoadAdapter(0, models.Adapters[1]);
        _runner.LoadAdapter(0, models.Adapters[2]);
        float[][] expected = models.Reference.Logits(Tokens, _ => [new AdapterShare(models.Adapters[2], 1)]);
        AssertClose(expected, _runner.Step(_runner.NewBatch(), [.. TestRows.Prompt(Tokens, 0, 0, (0, 1f))]));
    }

    [Fact]
    public void Run_NoOutputs_OnlyFillsTheSlot()
    {
        var batch = _runner.NewBatch();
        _runner.Step(batch, [.. TestRows.Prompt(Tokens[..10], 0)], []);
        float[][] rest = _runner.Step(batch, [.. TestRows.Prompt(Tokens[10..], 0, 10)]);
        AssertClose(models.Reference.Logits(Tokens)[10..], rest);
    }

    [Fact]
    public void Run_AnotherBatchObject_BindsItsArrays()
    {
        float[][] first = _runner.Step(_runner.NewBatch(), [.. TestRows.Prompt(Tokens, 0)]);
        float[][] second = _runner.Step(_runner.NewBatch(), [.. TestRows.Prompt(Tokens, 1)]);
        Assert.Equal(first, second);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(16)]
    [InlineData(33)]
    public void Run_DecodeRowAmongOthers_IsBitwiseTheSame(int neighbours)
    {
        LoadAll();
        float[] alone = Decode([]);

        Assert.Equal(alone, Decode([.. Enumerable.Range(0, neighbours).Select(i => new TestRow((i * 31) % 96, 1 + (i % 7), i / 7, (i % 3, 0.5f)))]));

        float[] Decode(TestRow[] others)
        {
            var batch = _runner.NewBatch();
            _runner.Step(batch, [.. TestRows.Prompt(Tokens, 0, 0, (0, 1f))], []);
            return _runner.Step(batch, [.. others, new TestRow(4, 0, Tokens.Length, (1, 0.7f))], [others.Length])[0];
        }
    }

    [Theory]
    [InlineData(Quantization.None)]
    [InlineData(Quantization.F16)]
    [InlineData(Quantization.Q8)]
    [InlineData(Quantization.Q4)]
    public void Run_PromptInOneStepOrInMany_IsBitwiseTheSame(Quantization quantization)
    {
        using var runner = new FlatStepRunner(models.Import(quantization), new StepRunnerOptions { Slots = 2, MaxRows = 64, Threads = 2 });
        var batch = runner.NewBatch();
        float[][] whole = runner.Step(batch, [.. TestRows.Prompt(Tokens, 0)]);
        float[][] single = [.. Tokens.Select((token, i) => runner.Step(batch, [new TestRow(token, 1, i)])[0])];
        Assert.Equal(whole, single);
    }

    [Fact]
    public void Run_OtherThreadCounts_IsBitwiseTheSame()
    {
        using var four = Open(models, new StepRunnerOptions { Slots = 8, MaxRows = 64, AdapterRank = 8, Threads = 4 });
        TestRow[] rows = [.. TestRows.Prompt(Tokens, 0), .. TestRows.Prompt([.. Tokens.Reverse()], 1)];
        Assert.Equal(_runner.Step(_runner.NewBatch(), rows), four.Step(four.NewBatch(), rows));
    }

    /// <summary>Where T or R change, seven tensors are bound anew, and the binding of the library writes each name into an array.</summary>
    [Theory]
    [InlineData(false, 0)]
    [InlineData(true, 256)]
    public void Run_SteadyState_AllocatesNothingButNames(bool changing, int bytesOfStep)
    {
        const int Steps = 50;
        LoadAll();
        var batch = _runner.NewBatch();
        TestRow[] rows = [.. Enumerable.Range(0, 4).Select(i => new TestRow(i, i, 0, (i % 3, 1f)))];
        _runner.Step(batch, rows[..3]);
        _runner.Step(batch, rows);
        long before = GC.GetAllocatedBytesForCurrentThread();

        for (int i = 0; i < Steps; i++)
        {
            batch.RowCount = batch.OutputCount = changing ? 4 - (i % 2) : 4;
            _runner.Run(batch);
        }

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, Steps * bytesOfStep);
    }

    private static FlatStepRunner Open(TestModels models, StepRunnerOptions? options = null) => new(
        models.Model, options ?? new StepRunnerOptions { Slots = 8, MaxRows = 64, AdapterRank = 8, AdapterCapacity = 4, Threads = 2 });

    private static void AssertClose(float[][] expected, float[][] actual) => Logits.AssertClose(expected, actual);

    private AdapterShare[] Shares((int Index, float Weight)[] mix) =>
        [.. mix.Select(m => new AdapterShare(models.Adapters[m.Index], m.Weight))];

    private void LoadAll()
    {
        for (int i = 0; i < models.Adapters.Count; i++)
        {
            _runner.LoadAdapter(i, models.Adapters[i]);
        }
    }
}
