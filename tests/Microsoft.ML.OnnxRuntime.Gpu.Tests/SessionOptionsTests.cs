using System.Text.Json;
using ExpertCluster.TestSupport;
using Microsoft.ML.OnnxRuntime.Tests.Support;

namespace Microsoft.ML.OnnxRuntime.Tests;

public sealed class SessionOptionsTests
{
    [Fact]
    public void Properties_Set_AreAcceptedAndRead()
    {
        using var options = new SessionOptions
        {
            IntraOpNumThreads = 1,
            InterOpNumThreads = 1,
            ExecutionMode = ExecutionMode.ORT_SEQUENTIAL,
            GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_BASIC,
            EnableMemoryPattern = false,
            EnableCpuMemArena = false,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR,
        };
        options.AddSessionConfigEntry("session.intra_op.allow_spinning", "0");
        using var session = new InferenceSession(Models.MultiplyAdd(), options);

        Assert.Equal(1, options.IntraOpNumThreads);
        Assert.Equal(GraphOptimizationLevel.ORT_ENABLE_BASIC, options.GraphOptimizationLevel);
        Assert.False(options.EnableMemoryPattern);
        Assert.Equal(["x"], session.InputNames);
    }

    [Fact]
    public void AddInitializer_SameName_ReplacesTheWeights()
    {
        using var weights = OrtValue.CreateTensorValueFromMemory<float>([10, 10], [2]);
        using var options = new SessionOptions();
        options.AddInitializer("w", weights);
        using var session = new InferenceSession(Models.MultiplyAdd(), options);
        using var runOptions = new RunOptions();
        using var x = OrtValue.CreateTensorValueFromMemory<float>([1, 2], [1, 2]);

        using var results = session.Run(runOptions, ["x"], [x], ["y"]);

        Assert.Equal([11f, 22f], results[0].GetTensorDataAsSpan<float>().ToArray());
    }

    [Fact]
    public void AppendExecutionProvider_Unknown_ThrowsWithItsName()
    {
        using var options = new SessionOptions();
        var failure = Assert.Throws<OnnxRuntimeException>(() => options.AppendExecutionProvider("Abacus"));
        Assert.Contains("Abacus", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AppendExecutionProvider_CUDA_WorksOrSaysWhichProviderFailed()
    {
        // Whether CUDA is there depends on the machine; silence or another error is wrong on each.
        using var options = new SessionOptions();
        Exception? failure = Record.Exception(() => options.AppendExecutionProvider_CUDA(0));
        if (failure is not null)
        {
            Assert.Contains("provider", Assert.IsType<OnnxRuntimeException>(failure).Message, StringComparison.OrdinalIgnoreCase);
        }
    }

    [Fact]
    public void AppendExecutionProvider_CPU_Runs()
    {
        using var options = new SessionOptions();
        options.AppendExecutionProvider_CPU(0);
        using var session = new InferenceSession(Models.MultiplyAdd(), options);
        Assert.False(options.EnableCpuMemArena);
    }

    [Fact]
    public void EnableProfiling_RunAndEndProfiling_LeavesAnEventForEachNode()
    {
        using var folder = new TemporaryFolder();
        using var options = new SessionOptions { ProfileOutputPathPrefix = folder["demo"], EnableProfiling = true };
        using var session = new InferenceSession(Models.MultiplyAdd(), options);
        using var runOptions = new RunOptions();
        using var x = OrtValue.CreateTensorValueFromMemory<float>([1, 2], [1, 2]);
        using var results = session.Run(runOptions, ["x"], [x], ["y"]);

        string path = session.EndProfiling();

        Assert.StartsWith(folder["demo"], path, StringComparison.Ordinal);
        using var profile = JsonDocument.Parse(File.ReadAllBytes(path));
        var operators = profile.RootElement.EnumerateArray()
            .Where(e => e.GetProperty("cat").GetString() == "Node")
            .Select(e => e.GetProperty("args").TryGetProperty("op_name", out JsonElement name) ? name.GetString() : null);
        Assert.Superset(new HashSet<string?> { "Mul", "Add" }, operators.ToHashSet());
    }

    [Fact]
    public void Dispose_Twice_IsHarmless()
    {
        var options = new SessionOptions();
        options.Dispose();
        options.Dispose();
        Assert.Throws<ObjectDisposedException>(() => options.IntraOpNumThreads = 2);
    }
}
