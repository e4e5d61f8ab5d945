using ExpertCluster.Inference.Stepping;
using ExpertCluster.Inference.Stepping.Memory;
using ExpertCluster.Inference.Stepping.Providers;
using ExpertCluster.Inference.Stepping.Runners;
using ExpertCluster.Inference.Stepping.Weights;
using ExpertCluster.Inference.Tests.Stepping;
using ExpertCluster.Models.Import;
using ExpertCluster.Models.Onnx;
using ExpertCluster.Reference;
using ExpertCluster.TestSupport;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace ExpertCluster.Inference.Tests.Leaks;

/// <summary>Runners opened, used and closed, or not opened: rounds leave nothing.</summary>
[Collection(nameof(Alone))]
public sealed class RunnerLeakTests(TestModels models) : IClassFixture<TestModels>
{
    /// <summary>
    /// What opening and closing a session leaves by itself, tens of bytes, and more where it fails; a session's smallest part that is
    /// not counted otherwise is larger.
    /// </summary>
    private const int OfTheLibrary = 4_096;

    private static readonly StepRunnerOptions Options = new()
    {
        Slots = 2,
        MaxRows = 8,
        ContextLength = 32,
        AdapterRank = 8,
        AdapterCapacity = 2,
        Threads = 1,
    };

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public Task OpenUseAndDispose_LeavesNothing(bool flat) => AssertNoneAsync(
        20,
        () =>
        {
            using var runner = Open(models.Model, flat);
            Use(runner);
        },
        OfTheLibrary);

    [Theory]
    [InlineData(Quantization.F16)]
    [InlineData(Quantization.Q8)]
    public async Task OpenAndDispose_SeveralOnOneBase_LeaveNothing(Quantization quantization)
    {
        var model = models.Import(quantization);
        int round = 0;
        await AssertNoneAsync(
            20,
            () =>
            {
                IStepRunner[] runners = [Open(model, flat: true), Open(model, flat: true), Open(model, flat: false)];
                for (int i = 0; i < runners.Length; i++)
                {
                    runners[(i + round) % runners.Length].Dispose();
                }

                round++;
            },
            OfTheLibrary);
        Assert.False(SharedWeights.IsOpen(model.FlatWeights));
    }

    [Fact]
    public async Task Open_Refused_LeavesNothing()
    {
        using var folder = new TemporaryFolder();
        var wide = ModelImporter.Import(
            RandomCheckpoint.Write(folder["in"], RandomCheckpoint.Shape with { MaxPositions = 1 << 20 }), folder["out"], new ImportOptions());
        await Growth.AssertNoneAsync(
            folder.Path,
            20,
            () =>
            {
                Assert.Throws<OnnxRuntimeException>(() => RunnerSession.Open(new RunnerGraph(folder["nowhere.onnx"], null, wide.FlatWeights), Options));
                Assert.Throws<InsufficientMemoryException>(() => new FlatStepRunner(wide, Options with { Slots = 4096, ContextLength = 1 << 20 }));
            },
            OfTheLibrary);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Run_AnyRowsAndBatches_LeavesNothing(bool flat)
    {
        using var runner = Open(models.Model, flat);
        await AssertNoneAsync(60, () => Use(runner));
    }

    [Fact]
    public async Task Run_Failed_LeavesNoMoreThanTheLibraryKeeps()
    {
        using var runner = Open(models.Model, flat: true);
        var batch = runner.NewBatch();

        // Of each failed run the library (1.31) keeps about 3,600 bytes.
        await AssertNoneAsync(60, () => Assert.Throws<OnnxRuntimeException>(() => runner.Step(batch, [new TestRow(1, 0, 0, (2, 1f))])), nativeBytes: 6_000);
    }

    [Fact]
    public async Task Views_OfTensors_LeaveNothing()
    {
        using var tensor = new NativeTensor(TensorElementType.Float, 4, 16);
        await AssertNoneAsync(200, () =>
        {
            var own = new NativeTensor(TensorElementType.Float, 4, 16);
            using var view = tensor.View(64, 16);
            using var kept = own.View(0, 16);
            own.Dispose();
        });
    }

    private static IStepRunner Open(ImportedModel model, bool flat) => flat ? new FlatStepRunner(model, Options) : new PortableStepRunner(model, Options);

    /// <summary>Steps of 1 to 8 rows in a batch of their own, with adapters; a block out and in again.</summary>
    private void Use(IStepRunner runner)
    {
        runner.LoadAdapter(1, models.Adapters[0]);
        var batch = runner.NewBatch();
        for (int rows = 1; rows <= runner.MaxRows; rows += 3)
        {
            _ = runner.Step(batch, [.. TestRows.Prompt([.. Enumerable.Range(7, rows)], slot: rows % 2, from: 0, (1, 0.5f))], [rows - 1]);
        }

        byte[] block = new byte[runner.BlockBytes];
        runner.ReadBlock(0, 0, block);
        runner.WriteBlock(1, 0, block);
    }

    private Task AssertNoneAsync(int rounds, Action round, int nativeBytes = 0) =>
        Growth.AssertNoneAsync(Path.GetDirectoryName(models.Model.Directory)!, rounds, round, nativeBytes);
}
