using Microsoft.ML.OnnxRuntime.Tests.Support;

namespace Microsoft.ML.OnnxRuntime.Tests;

public sealed class RunOptionsTests
{
    [Fact]
    public void Terminate_SetBefore_StopsTheRunUntilUnset()
    {
        using var session = new InferenceSession(Models.Chain(4));
        using var options = new RunOptions { Terminate = true };
        using var x = OrtValue.CreateTensorValueFromMemory<float>([1], [1]);

        var failure = Assert.Throws<OnnxRuntimeException>(() => session.Run(options, ["x"], [x], ["y"]));
        options.Terminate = false;
        using var results = session.Run(options, ["x"], [x], ["y"]);

        Assert.Contains("terminate", failure.Message, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(1, results[0].GetTensorDataAsSpan<float>()[0]);
    }

    [Fact]
    public async Task Terminate_SetFromAnotherThread_StopsARunningRun()
    {
        using var sessionOptions = new SessionOptions
        {
            IntraOpNumThreads = 1,
            GraphOptimizationLevel = GraphOptimizationLevel.ORT_DISABLE_ALL,
        };
        using var session = new InferenceSession(Models.Chain(2000), sessionOptions);
        using var options = new RunOptions();
        using var x = OrtValue.CreateTensorValueFromMemory(new float[1 << 20], [1 << 20]);
        using var started = new ManualResetEventSlim();

        // The run takes seconds undisturbed, and starts at once after the signal.
        var run = Task.Run(
            () =>
            {
                started.Set();
                return Assert.Throws<OnnxRuntimeException>(() => session.Run(options, ["x"], [x], ["y"]));
            },
            TestContext.Current.CancellationToken);
        started.Wait(TestContext.Current.CancellationToken);
        options.Terminate = true;

        Assert.Contains("terminate", (await run).Message, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void Terminate_AfterDispose_ThrowsObjectDisposed()
    {
        var options = new RunOptions();
        options.Dispose();

        Assert.Throws<ObjectDisposedException>(() => options.Terminate = true);
    }
}
