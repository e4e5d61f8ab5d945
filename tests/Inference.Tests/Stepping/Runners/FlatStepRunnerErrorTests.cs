using ExpertCluster.Inference.Stepping;
using ExpertCluster.Inference.Stepping.Runners;
using ExpertCluster.Models.Adapters;
using ExpertCluster.Models.Architecture;
using Microsoft.ML.OnnxRuntime;

namespace ExpertCluster.Inference.Tests.Stepping.Runners;

public sealed class FlatStepRunnerErrorTests(TestModels models) : IClassFixture<TestModels>, IDisposable
{
    private readonly FlatStepRunner _runner = new(
        models.Model, new StepRunnerOptions { Slots = 2, MaxRows = 8, ContextLength = 20, AdapterRank = 8, AdapterCapacity = 2 });

    public void Dispose() => _runner.Dispose();

    [Theory]
    [InlineData(272, 0, 0, "InputIds[0] is 272; it must be from 0 to 271")]
    [InlineData(-1, 0, 0, "InputIds[0] is -1")]
    [InlineData(0, 2, 0, "Slots[0] is 2; it must be from 0 to 1")]
    [InlineData(0, 0, 20, "Positions[0] is 20; it must be from 0 to 19")]
    public void Run_RowOutOfRange_IsRefusedByName(int token, int slot, int position, string expected)
    {
        var batch = _runner.NewBatch();
        var failure = Assert.Throws<ArgumentException>(() => _runner.Step(batch, [new TestRow(token, slot, position)]));
        Assert.Contains(expected, failure.Message, StringComparison.Ordinal);

        // The runner is unharmed.
        Assert.Single(_runner.Step(batch, [new TestRow(1, 0, 0)]));
    }

    [Fact]
    public void Run_OutputRowBeyondTheRows_IsRefused()
    {
        var failure = Assert.Throws<ArgumentException>(() => _runner.Step(_runner.NewBatch(), [new TestRow(1, 0, 0)], [1]));
        Assert.Contains("OutputRows[0] is 1; it must be from 0 to 0", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(9)]
    public void Run_RowCountOutOfRange_IsRefused(int rows)
    {
        var batch = new StepBatch(16, 2, _runner.AdaptersPerRow, _runner.Vocabulary) { RowCount = rows };
        var failure = Assert.Throws<ArgumentException>(() => _runner.Run(batch));
        Assert.Contains($"RowCount is {rows}; it must be from 1 to 8", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_BatchOfAnotherVocabulary_IsRefused()
    {
        var batch = new StepBatch(8, 2, _runner.AdaptersPerRow, 100) { RowCount = 1 };
        Assert.Contains("vocabulary of 100", Assert.Throws<ArgumentException>(() => _runner.Run(batch)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_AdapterBeyondCapacity_FailsAndServesTheNextStep()
    {
        var batch = _runner.NewBatch();
        var failure = Assert.Throws<OnnxRuntimeException>(() => _runner.Step(batch, [new TestRow(1, 0, 0, (2, 1f))]));
        Assert.Contains("lora_idx[0, 0] is 2; it must be below 2", failure.Message, StringComparison.Ordinal);
        Logits.AssertClose(models.Reference.Logits([1]), _runner.Step(batch, [new TestRow(1, 0, 0)]));
    }

    [Fact]
    public void LoadAdapter_RankAboveTheStack_IsRefusedAndNothingChanges()
    {
        using var narrow = new FlatStepRunner(models.Model, new StepRunnerOptions { Slots = 1, MaxRows = 8, AdapterRank = 4 });
        narrow.LoadAdapter(0, models.Adapters[0]);
        float[][] before = narrow.Step(narrow.NewBatch(), [new TestRow(1, 0, 0, (0, 1f))]);

        var failure = Assert.Throws<ArgumentException>(() => narrow.LoadAdapter(0, models.Adapters[1]));

        Assert.Contains("rank 8; AdapterRank allows 1 to 4", failure.Message, StringComparison.Ordinal);
        Assert.Equal(before, narrow.Step(narrow.NewBatch(), [new TestRow(1, 0, 0, (0, 1f))]));
    }

    [Fact]
    public void LoadAdapter_OfAnotherBase_IsRefused()
    {
        var adapter = models.Adapters[0];
        var fewer = new AdapterWeights { Rank = 4, Digest = "x", Layers = [adapter.Layers[0]] };
        Assert.Contains("1 layers; the base has 2", Refusal(fewer), StringComparison.Ordinal);

        SiteWeights?[] sites = [.. adapter.Layers[0]];
        sites[(int)LoraSite.Down] = new SiteWeights(new float[4], sites[(int)LoraSite.Down]!.B);
        var shorter = new AdapterWeights { Rank = 4, Digest = "x", Layers = [adapter.Layers[0], sites] };
        Assert.Contains("A of layer 1, down, has 4 values; the base needs 640", Refusal(shorter), StringComparison.Ordinal);

        string Refusal(AdapterWeights weights) => Assert.Throws<ArgumentException>(() => _runner.LoadAdapter(0, weights)).Message;
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(2)]
    public void LoadAdapter_IndexOutOfRange_IsRefused(int index) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => _runner.LoadAdapter(index, models.Adapters[0]));

    [Fact]
    public void Constructor_OptionsOutOfRange_NamesThemAll()
    {
        var options = new StepRunnerOptions { Slots = 0, ContextLength = 65, Threads = -1 };
        var failure = Assert.Throws<ArgumentException>(() => new FlatStepRunner(models.Model, options));
        Assert.Contains("Slots is 0; it must be from 1 to 4096", failure.Message, StringComparison.Ordinal);
        Assert.Contains("ContextLength is 65; it must be from 0 to 64", failure.Message, StringComparison.Ordinal);
        Assert.Contains("Threads is -1", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Constructor_NoGraphThere_FailsWithThePath() => Assert.Contains(
        "/nowhere/flat.onnx",
        Assert.Throws<OnnxRuntimeException>(() => new FlatStepRunner("/nowhere/flat.onnx", models.Shape, new StepRunnerOptions())).Message,
        StringComparison.Ordinal);

    [Fact]
    public void ReservedBytes_AnyOptions_AreWhatWasForetold()
    {
        var options = new StepRunnerOptions { Slots = 3, MaxRows = 8, ContextLength = 20, AdapterRank = 8, AdapterCapacity = 5 };
        using var runner = new FlatStepRunner(models.Model, options);
        Assert.Equal(
            StepRunnerMemory.CacheBytes(models.Shape, options) + StepRunnerMemory.AdapterBytes(models.Shape, options),
            runner.ReservedBytes);
        // 2 tensors, 2 layers, 3 slots, 2 heads of 16, 20 positions rounded up to 32, 4 bytes.
        Assert.Equal(2 * 2 * 3 * 32 * 32 * 4, StepRunnerMemory.CacheBytes(models.Shape, options));
    }
}
