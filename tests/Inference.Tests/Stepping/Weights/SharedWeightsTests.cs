using ExpertCluster.Inference.Stepping;
using ExpertCluster.Inference.Stepping.Providers;
using ExpertCluster.Inference.Stepping.Runners;
using ExpertCluster.Inference.Stepping.Weights;
using ExpertCluster.Models.Architecture;
using ExpertCluster.Models.Import;
using ExpertCluster.Models.Onnx;
using ExpertCluster.Reference;
using ExpertCluster.TestSupport;
using Microsoft.ML.OnnxRuntime;

namespace ExpertCluster.Inference.Tests.Stepping.Weights;

/// <summary>Alone: what a process holds is only known while nothing else runs in it.</summary>
[CollectionDefinition(nameof(SharedWeightsTests), DisableParallelization = true)]
[Collection(nameof(SharedWeightsTests))]
public sealed class SharedWeightsTests : IDisposable
{
    /// <summary>21 million parameters, most of them in matrices that are packed.</summary>
    private static readonly ModelShape Shape = RandomCheckpoint.Shape with
    {
        Vocabulary = 2048,
        Hidden = 512,
        Intermediate = 1536,
        Layers = 6,
        Heads = 8,
        KeyValueHeads = 4,
        HeadDimension = 64,
    };

    /// <summary>A runner's own cache, stacks, threads and activations on that shape; measured: 1.7 MB.</summary>
    private const long OwnMemory = 2_500_000;

    private static readonly StepRunnerOptions Options = new()
    {
        Slots = 1,
        ContextLength = 16,
        MaxRows = 8,
        Threads = 1,
        AdapterCapacity = 1,
        AdapterRank = 1,
    };

    private static readonly int[] Tokens = [5, 90, 17, 33, 2, 61, 44];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(Quantization.None)]
    [InlineData(Quantization.F16)]
    [InlineData(Quantization.Q8)]
    [InlineData(Quantization.Q4)]
    public void Open_SecondAndThirdOnOneBase_ShareItsWeightsAndAgree(Quantization quantization)
    {
        var model = Import(Shape, quantization);
        // Opened by its path a graph shares nothing; one of float16 cannot be, so that another life of the same stands for it.
        float[][] alone = LogitsOf(quantization == Quantization.F16
            ? new FlatStepRunner(model, Options)
            : new FlatStepRunner(model.FlatGraphPath, model.Shape, Options));
        using var first = new FlatStepRunner(model, Options);
        _ = Logits(first);

        long before = PrivateBytes();
        using var second = new FlatStepRunner(model, Options);
        float[][] fromSecond = Logits(second);
        long afterSecond = PrivateBytes();
        using var third = new FlatStepRunner(model, Options);
        float[][] fromThird = Logits(third);
        long afterThird = PrivateBytes();

        long most = OwnMemory + (new FileInfo(model.FlatWeights.Path).Length / 20);
        Assert.True(afterSecond - before <= most, $"the second costs {afterSecond - before} bytes, {most} are allowed");
        Assert.True(afterThird - afterSecond <= most, $"the third costs {afterThird - afterSecond} bytes, {most} are allowed");
        Assert.Equal(alone, fromSecond);
        Assert.Equal(alone, fromThird);
    }

    [Theory]
    [InlineData(0, 1, 2)]
    [InlineData(2, 1, 0)]
    [InlineData(1, 2, 0)]
    public void Dispose_InAnyOrder_LeavesTheOthersAndInTheEndNothing(int one, int two, int three)
    {
        var model = Import(RandomCheckpoint.Shape);
        IStepRunner[] runners = [new FlatStepRunner(model, Options), new PortableStepRunner(model, Options), new FlatStepRunner(model, Options)];
        float[][][] expected = [.. runners.Select(Logits)];
        Assert.True(IsMapped(model));

        runners[one].Dispose();
        Assert.Equal(expected[two], Logits(runners[two]));
        runners[two].Dispose();
        Assert.Equal(expected[three], Logits(runners[three]));
        Assert.True(IsMapped(model));
        runners[three].Dispose();

        Assert.False(IsMapped(model));
        Assert.False(SharedWeights.IsOpen(model.FlatWeights));
    }

    [Fact]
    public void Open_AgainAfterTheLastWasClosed_GivesTheSame()
    {
        var model = Import(RandomCheckpoint.Shape);
        Assert.Equal(LogitsOf(new FlatStepRunner(model, Options)), LogitsOf(new FlatStepRunner(model, Options)));
    }

    [Theory]
    [InlineData(Quantization.None)]
    [InlineData(Quantization.F16)]
    [InlineData(Quantization.Q8)]
    public void Open_ManyAtOnce_AllAgree(Quantization quantization)
    {
        var model = Import(RandomCheckpoint.Shape, quantization);
        float[][] expected = LogitsOf(new FlatStepRunner(model, Options));
        var runners = new FlatStepRunner[6];
        try
        {
            Parallel.For(0, runners.Length, new ParallelOptions { MaxDegreeOfParallelism = 3 }, i => runners[i] = new FlatStepRunner(model, Options));
            Assert.All(runners, runner => Assert.Equal(expected, Logits(runner)));
        }
        finally
        {
            Array.ForEach(runners, runner => runner?.Dispose());
        }

        Assert.False(SharedWeights.IsOpen(model.FlatWeights));
    }

    [Fact]
    public void Open_GraphThatIsMissing_LeavesNothing()
    {
        var model = Import(RandomCheckpoint.Shape);
        Assert.Throws<OnnxRuntimeException>(() => RunnerSession.Open(new RunnerGraph(_folder["nowhere.onnx"], null, model.FlatWeights), Options));
        Assert.False(IsMapped(model));
        Assert.False(SharedWeights.IsOpen(model.FlatWeights));
    }

    [Fact]
    public void Open_CacheThatDoesNotFit_LeavesNothing()
    {
        var model = Import(RandomCheckpoint.Shape with { MaxPositions = 1 << 20 });
        Assert.Throws<InsufficientMemoryException>(() => new FlatStepRunner(model, Options with { Slots = 4096, ContextLength = 1 << 20 }));
        Assert.False(IsMapped(model));
    }

    [Fact]
    public void Open_FileShorterThanImported_SaysSoAndLeavesNothing()
    {
        var model = Import(RandomCheckpoint.Shape);
        using (var file = new FileStream(model.FlatWeights.Path, FileMode.Open))
        {
            file.SetLength(file.Length - 1);
        }

        var failure = Assert.Throws<IOException>(() => new FlatStepRunner(model, Options));
        Assert.Contains("weights.bin", failure.Message, StringComparison.Ordinal);
        Assert.False(SharedWeights.IsOpen(model.FlatWeights));
    }

    /// <summary>Swapped after somebody compared it: first, in the middle, last.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(0.5)]
    [InlineData(1)]
    public void Open_FileOfAnotherContent_SaysSoAndLeavesNothing(double where)
    {
        var model = Import(RandomCheckpoint.Shape);
        byte[] bytes = File.ReadAllBytes(model.FlatWeights.Path);
        bytes[(int)(where * (bytes.Length - 1))] ^= 1;
        File.WriteAllBytes(model.FlatWeights.Path, bytes);

        var failure = Assert.Throws<InvalidDataException>(() => new FlatStepRunner(model, Options));

        Assert.Equal("weights.bin is not what was imported: its digest differs.", failure.Message);
        Assert.False(SharedWeights.IsOpen(model.FlatWeights));
        Assert.False(IsMapped(model));
    }

    [Fact]
    public void Open_FolderRemovedMeanwhile_RunsOn()
    {
        var model = Import(RandomCheckpoint.Shape);
        using var runner = new FlatStepRunner(model, Options);
        float[][] before = Logits(runner);
        Directory.Delete(model.Directory, recursive: true);
        Assert.Equal(before, Logits(runner));
    }

    private ImportedModel Import(ModelShape shape, Quantization quantization = Quantization.None) => ModelImporter.Import(
        RandomCheckpoint.Write(_folder["in"], shape), _folder["out"], new ImportOptions { Quantization = quantization });

    private static float[][] LogitsOf(FlatStepRunner runner)
    {
        using (runner)
        {
            return Logits(runner);
        }
    }

    private static float[][] Logits(IStepRunner runner) => runner.Step(runner.NewBatch(), [.. TestRows.Prompt(Tokens, 0)]);

    private static bool IsMapped(ImportedModel model) =>
        File.ReadLines("/proc/self/maps").Any(line => line.EndsWith(model.FlatWeights.Path, StringComparison.Ordinal));

    /// <summary>What no other process could share: memory that is written, and pages of files that only this one has read.</summary>
    private static long PrivateBytes()
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        GC.WaitForPendingFinalizers();
        return 1024 * File.ReadLines("/proc/self/smaps_rollup")
            .Where(line => line.StartsWith("Private_Clean:", StringComparison.Ordinal) || line.StartsWith("Private_Dirty:", StringComparison.Ordinal))
            .Sum(line => long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], System.Globalization.CultureInfo.InvariantCulture));
    }
}
