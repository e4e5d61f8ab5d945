using System.Text.Json;
using ExpertCluster.Inference.Errors;
using ExpertCluster.Inference.Stepping;
using ExpertCluster.Inference.Stepping.Providers;
using ExpertCluster.Inference.Stepping.Runners;
using ExpertCluster.TestSupport;
using Microsoft.ML.OnnxRuntime;

namespace ExpertCluster.Inference.Tests.Stepping.Providers;

public sealed class RunnerSessionTests(TestModels models) : IClassFixture<TestModels>
{
    private static readonly StepRunnerOptions Options = new() { Slots = 2, MaxRows = 8, Threads = 1 };

    [Fact]
    public void Open_Cuda_EqualsTheReferenceOrSaysInOneSentenceWhatToDo()
    {
        // Whether library and device are there depends on build and machine; another error, or wrong logits, are wrong on each.
        try
        {
            using var runner = new PortableStepRunner(models.Model, Options with { Provider = ExecutionProvider.Cuda });
            int[] tokens = [5, 90, 17, 33];
            Logits.AssertClose(models.Reference.Logits(tokens), runner.Step(runner.NewBatch(), [.. TestRows.Prompt(tokens, 1)]));
        }
        catch (ProviderUnavailableException failure)
        {
            AssertSaysWhatToDo(failure);
        }
    }

    [Fact]
    public void Require_Cuda_RefusesWhereTheLibraryLacksIt()
    {
        if (GpuLibrary)
        {
            // With a GPU it is there; without one, the refusal is the machine's.
            if (Record.Exception(() => ProviderAccess.Require(ExecutionProvider.Cuda)) is { } refusal)
            {
                AssertSaysWhatToDo(Assert.IsType<ProviderUnavailableException>(refusal));
            }

            return;
        }

        AssertSaysWhatToDo(Assert.Throws<ProviderUnavailableException>(() => ProviderAccess.Require(ExecutionProvider.Cuda)));
    }

    [Fact]
    public void Require_Cpu_IsThereInEveryBuild() => ProviderAccess.Require(ExecutionProvider.Cpu);

    [Fact]
    public void Open_FlatGraphOnAnotherProvider_IsRefused()
    {
        var failure = Assert.Throws<ArgumentException>(
            () => new FlatStepRunner(models.Model, Options with { Provider = ExecutionProvider.Cuda }));
        Assert.Contains("CPU only", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_UnknownProvider_IsNamed()
    {
        var failure = Assert.Throws<ArgumentException>(() => new FlatStepRunner(models.Model, Options with { Provider = (ExecutionProvider)7 }));
        Assert.Contains("Provider is 7; it must be Cpu, Cuda", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ProfileFolder_RunAndDispose_HoldsAnEventOfEachOperator()
    {
        using var folder = new TemporaryFolder();
        using (var runner = new FlatStepRunner(models.Model, Options with { ProfileFolder = folder["profiles"] }))
        {
            runner.Step(runner.NewBatch(), [new TestRow(1, 0, 0)]);
        }

        string file = Assert.Single(Directory.GetFiles(folder["profiles"]));
        using var profile = JsonDocument.Parse(File.ReadAllBytes(file));
        var operators = profile.RootElement.EnumerateArray()
            .Where(e => e.GetProperty("cat").GetString() == "Node")
            .Select(e => e.GetProperty("args").TryGetProperty("op_name", out var name) ? name.GetString() : null)
            .ToHashSet();
        Assert.Superset(new HashSet<string?> { "SlotAttention", "RowLora", "MatMul" }, operators);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Abort_BeforeAStep_EndsItAtOnce(bool flat)
    {
        using IStepRunner runner = flat ? new FlatStepRunner(models.Model, Options) : new PortableStepRunner(models.Model, Options);
        runner.Abort();
        var failure = Assert.Throws<OnnxRuntimeException>(() => runner.Step(runner.NewBatch(), [new TestRow(1, 0, 0)]));
        Assert.Contains("terminate", failure.Message, StringComparison.OrdinalIgnoreCase);
    }

    private static bool GpuLibrary => OrtEnv.Instance().GetAvailableProviders().Contains("CUDAExecutionProvider");

    private static void AssertSaysWhatToDo(ProviderUnavailableException failure)
    {
        TestContext.Current.TestOutputHelper?.WriteLine(failure.Message);
        Assert.False(failure.RetryHelps);
        Assert.StartsWith("Provider is 'cuda', but ", failure.Message, StringComparison.Ordinal);
        Assert.Contains("or choose 'cpu'", failure.Message, StringComparison.Ordinal);
        Assert.Contains(GpuLibrary ? "NVIDIA GPU with its driver" : "build with -p:OnnxRuntime=gpu", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', failure.Message);
    }
}
