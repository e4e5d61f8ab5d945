using Microsoft.ML.OnnxRuntime.Tests.Support;

namespace Microsoft.ML.OnnxRuntime.Tests;

public sealed class OrtIoBindingTests
{
    [Fact]
    public void RunWithBinding_InputsRewritten_EachRunSeesThem()
    {
        float[] input = GC.AllocateArray<float>(2, pinned: true);
        float[] output = GC.AllocateArray<float>(2, pinned: true);
        using var session = new InferenceSession(Models.MultiplyAdd());
        using var options = new RunOptions();
        using var x = OrtValue.CreateTensorValueFromMemory(input, [1, 2]);
        using var y = OrtValue.CreateTensorValueFromMemory(output, [1, 2]);
        using var binding = session.CreateIoBinding();
        binding.BindInput("x", x);
        binding.BindOutput("y", y);

        for (int i = 0; i < 10; i++)
        {
            input[0] = i;
            session.RunWithBinding(options, binding);
            Assert.Equal(3 * i, output[0]);
        }
    }

    [Fact]
    public void RunWithBinding_SteadyState_AllocatesNothing()
    {
        using var session = new InferenceSession(Models.MultiplyAdd());
        using var options = new RunOptions();
        using var x = OrtValue.CreateTensorValueFromMemory(new float[2], [1, 2]);
        using var y = OrtValue.CreateTensorValueFromMemory(new float[2], [1, 2]);
        using var binding = session.CreateIoBinding();
        binding.BindInput("x", x);
        binding.BindOutput("y", y);
        session.RunWithBinding(options, binding);

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++)
        {
            binding.BindInput("x", x);
            session.RunWithBinding(options, binding);
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Fact]
    public void BindOutput_SameNameAgain_ReplacesTheValue()
    {
        float[] first = new float[2];
        float[] second = new float[4];
        using var session = new InferenceSession(Models.MultiplyAdd());
        using var options = new RunOptions();
        using var x1 = OrtValue.CreateTensorValueFromMemory<float>([1, 1], [1, 2]);
        using var x2 = OrtValue.CreateTensorValueFromMemory<float>([2, 2, 2, 2], [2, 2]);
        using var y1 = OrtValue.CreateTensorValueFromMemory(first, [1, 2]);
        using var y2 = OrtValue.CreateTensorValueFromMemory(second, [2, 2]);
        using var binding = session.CreateIoBinding();
        binding.BindInput("x", x1);
        binding.BindOutput("y", y1);
        session.RunWithBinding(options, binding);

        binding.BindInput("x", x2);
        binding.BindOutput("y", y2);
        session.RunWithBinding(options, binding);

        Assert.Equal([3f, 3f], first);
        Assert.Equal([6f, 6f, 6f, 6f], second);
    }

    [Fact]
    public void RunWithBoundResults_OutputOnDevice_ReturnsAllocatedValues()
    {
        using var session = new InferenceSession(Models.MultiplyAdd());
        using var options = new RunOptions();
        using var x = OrtValue.CreateTensorValueFromMemory<float>([1, 1, 2, 2], [2, 2]);
        using var binding = session.CreateIoBinding();
        binding.BindInput("x", x);
        binding.BindOutputToDevice("y", OrtMemoryInfo.DefaultInstance);

        using var results = session.RunWithBoundResults(options, binding);

        Assert.Equal([3f, 3f, 6f, 6f], results[0].GetTensorDataAsSpan<float>().ToArray());
    }

    [Fact]
    public void RunWithBinding_OutputOfTheWrongShape_Throws()
    {
        using var session = new InferenceSession(Models.MultiplyAdd());
        using var options = new RunOptions();
        using var x = OrtValue.CreateTensorValueFromMemory<float>([1, 1], [1, 2]);
        using var y = OrtValue.CreateTensorValueFromMemory(new float[6], [3, 2]);
        using var binding = session.CreateIoBinding();
        binding.BindInput("x", x);
        binding.BindOutput("y", y);

        Assert.Throws<OnnxRuntimeException>(() => session.RunWithBinding(options, binding));
    }

    [Fact]
    public void Dispose_SessionFirst_BindingStaysUsable()
    {
        var session = new InferenceSession(Models.MultiplyAdd());
        using var binding = session.CreateIoBinding();
        using var x = OrtValue.CreateTensorValueFromMemory<float>([1, 1], [1, 2]);
        session.Dispose();

        binding.BindInput("x", x);
        Assert.False(binding.IsInvalid);
    }
}
