using ExpertCluster.Inference.Stepping;
using ExpertCluster.Inference.Stepping.Runners;
using ExpertCluster.Inference.Stepping.Weights;
using ExpertCluster.Models.Import;
using ExpertCluster.Models.Onnx;
using ExpertCluster.Reference;
using ExpertCluster.TestSupport;
using Microsoft.ML.OnnxRuntime;

namespace ExpertCluster.Inference.Tests.Stepping.Weights;

/// <summary>Weights that are stored in float16 and computed in float32.</summary>
[Collection(nameof(SharedWeightsTests))]
public sealed class HalfWeightsTests : IDisposable
{
    private static readonly int[] Tokens = [5, 90, 17, 33, 2, 61, 44];

    private static readonly StepRunnerOptions Options = new() { Slots = 2, MaxRows = 16, Threads = 1 };

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Run_Flat_EqualsTheSameNumbersInFloat32ToTheBit(bool tied)
    {
        string checkpoint = Checkpoint(tied);
        using var half = new FlatStepRunner(Import(checkpoint, Quantization.F16), Options);
        using var whole = new FlatStepRunner(Import(checkpoint, Quantization.None), Options);
        Assert.Equal(Logits(whole), Logits(half));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Run_BothGraphs_GiveTheReferencesLogitsAndGreedyTokens(bool tied)
    {
        // Rounded to float16 in the checkpoint: the reference computes with the same numbers, in double.
        string checkpoint = Checkpoint(tied);
        var reference = ReferenceModel.Load(checkpoint);
        var model = Import(checkpoint, Quantization.F16);
        using var flat = new FlatStepRunner(model, Options);
        using var portable = new PortableStepRunner(model, Options);

        Stepping.Logits.AssertClose(reference.Logits(Tokens), Logits(flat));
        Stepping.Logits.AssertClose(reference.Logits(Tokens), Logits(portable));
        Assert.Equal(reference.GreedyTokens(Tokens, 24), Greedy(flat, 24));
    }

    [Fact]
    public void Open_FlatGraphWithoutTheWidenedWeights_IsRefused()
    {
        var model = Import(Checkpoint(tied: true), Quantization.F16);
        Assert.Throws<OnnxRuntimeException>(() => new FlatStepRunner(model.FlatGraphPath, model.Shape, Options));
    }

    [Fact]
    public void Dispose_TheLast_LeavesNoWidenedWeights()
    {
        var model = Import(Checkpoint(tied: true), Quantization.F16);
        var portable = new PortableStepRunner(model, Options);
        var flat = new FlatStepRunner(model, Options);
        portable.Dispose();
        _ = Logits(flat);
        Assert.Contains(File.ReadLines("/proc/self/maps"), line => line.Contains(WidenedWeights.Prefix, StringComparison.Ordinal));
        Assert.Empty(Directory.EnumerateFiles(Path.GetTempPath(), $"{WidenedWeights.Prefix}*"));
        flat.Dispose();
        Assert.False(SharedWeights.IsOpen(model.FlatWeights));
        Assert.DoesNotContain(File.ReadLines("/proc/self/maps"), line => line.Contains(WidenedWeights.Prefix, StringComparison.Ordinal));
    }

    private string Checkpoint(bool tied) =>
        RandomCheckpoint.Write(_folder["in"], RandomCheckpoint.Shape with { TiedEmbeddings = tied }, type: "F16");

    private ImportedModel Import(string checkpoint, Quantization quantization) => ModelImporter.Import(
        checkpoint, _folder[$"{Path.GetFileName(checkpoint)}-{quantization}"], new ImportOptions { Quantization = quantization });

    private static float[][] Logits(IStepRunner runner) => runner.Step(runner.NewBatch(), [.. TestRows.Prompt(Tokens, 0)]);

    private static List<int> Greedy(FlatStepRunner runner, int count)
    {
        var batch = runner.NewBatch();
        float[] last = runner.Step(batch, [.. TestRows.Prompt(Tokens, 1)])[^1];
        List<int> answer = [];
        while (true)
        {
            answer.Add(Array.IndexOf(last, last.Max()));
            if (answer.Count == count)
            {
                return answer;
            }

            last = runner.Step(batch, [new TestRow(answer[^1], 1, Tokens.Length + answer.Count - 1)])[0];
        }
    }
}
