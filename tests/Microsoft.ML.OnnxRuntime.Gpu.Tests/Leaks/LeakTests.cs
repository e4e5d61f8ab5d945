using Microsoft.ML.OnnxRuntime.Native;
using Microsoft.ML.OnnxRuntime.Tensors;
using Microsoft.ML.OnnxRuntime.Tests.Support;

namespace Microsoft.ML.OnnxRuntime.Tests.Leaks;

/// <summary>
/// Rounds of create, run and dispose: no handle stays, and memory grows by less than one small native object a round. The
/// warm-up fills allocators and the managed heap to the level that the same work keeps.
/// </summary>
[Collection(nameof(Alone))]
public sealed class LeakTests : IDisposable
{
    /// <summary>No native object of ONNX Runtime, with the heap's own word, is smaller.</summary>
    private const int SmallestObject = 48;

    /// <summary>Rounds between collections: bounds what garbage adds to resident memory.</summary>
    private const int Batch = 2_000;

    private readonly SessionOptions _options = new() { IntraOpNumThreads = 1, EnableCpuMemArena = false };

    public void Dispose() => _options.Dispose();

    [Fact]
    public void ValuesRunsAndBindings_100000Rounds_LeaveNothing()
    {
        using var session = new InferenceSession(Models.MultiplyAdd(), _options);
        float[] data = [1, 2];
        AssertNothingStays(20_000, 100_000, () =>
        {
            using var run = new RunOptions();
            using var x = OrtValue.CreateTensorValueFromMemory(data, [1, 2]);
            using OrtIoBinding binding = session.CreateIoBinding();
            binding.BindInput("x", x);
            binding.BindOutputToDevice("y", OrtMemoryInfo.DefaultInstance);
            session.RunWithBinding(run, binding);
            using var outputs = binding.GetOutputValues();
            if (outputs[0].GetTensorDataAsSpan<float>()[1] != 6)
            {
                throw new InvalidOperationException("The run gave another result.");
            }
        });
    }

    [Fact]
    public void RunsByName_20000Rounds_LeaveNothing()
    {
        using var session = new InferenceSession(Models.MultiplyAdd(), _options);
        using var run = new RunOptions();
        AssertNothingStays(10_000, 20_000, () =>
        {
            using var memory = new OrtMemoryInfo("Cpu", OrtAllocatorType.DeviceAllocator, 0, OrtMemType.Default);
            using var allocator = new OrtAllocator(session, memory);
            using var x = OrtValue.CreateAllocatedTensorValue(allocator, TensorElementType.Float, [1, 2]);
            using var outputs = session.Run(run, ["x"], [x], ["y"]);
        });
    }

    [Fact]
    public void FailedCalls_20000Rounds_LeaveNothing() => AssertNothingStays(20_000, 20_000, bytesPerRound: 128, round: () =>

        // A status has its message in it, so it is larger than other objects.
        Assert.Throws<OnnxRuntimeException>(
            () => new OrtMemoryInfo("Abacus", OrtAllocatorType.DeviceAllocator, 0, OrtMemType.Default)));

    /// <summary>The library itself (1.30.0) keeps about 1,200 bytes of each failed run, whoever calls it; README.md says more.</summary>
    [Fact]
    public void FailedRuns_20000Rounds_LeaveNoHandle()
    {
        using var session = new InferenceSession(Models.MultiplyAdd(), _options);
        using var run = new RunOptions();
        AssertNothingStays(4_000, 20_000, bytesPerRound: 2_048, round: () =>
        {
            using var x = OrtValue.CreateTensorValueFromMemory<float>([1, 2, 3], [1, 3]);
            Assert.Throws<OnnxRuntimeException>(() => session.Run(run, ["x"], [x], ["y"]));
        });
    }

    [Fact]
    public void Sessions_1000Rounds_LeaveNothing()
    {
        byte[] model = Models.MultiplyAdd();

        // A session is some hundred objects: a leak of one a round would show far above this bound.
        AssertNothingStays(500, 1_000, bytesPerRound: 4_096, round: () =>
        {
            using var options = new SessionOptions { IntraOpNumThreads = 1 };
            using var shared = new PrePackedWeightsContainer();
            using var session = new InferenceSession(model, options, shared);
            if (session.InputNames.Count != 1 || session.ModelMetadata.CustomMetadataMap["origin"] != "test")
            {
                throw new InvalidOperationException("The session tells something else of its model.");
            }
        });
    }

    [Fact]
    public void Dropped_NotDisposed_IsReleasedByTheFinalizers()
    {
        long before = Footprint.Take().Handles;
        Drop();
        Assert.Equal(before, Footprint.Take().Handles);

        [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
        static void Drop()
        {
            for (int i = 0; i < 10; i++)
            {
                _ = new RunOptions();
                _ = OrtValue.CreateTensorValueFromMemory<float>([1], [1]);
            }

            Assert.True(LiveHandles.Count > 0);
        }
    }

    private static void AssertNothingStays(int warmUp, int rounds, Action round, int bytesPerRound = SmallestObject)
    {
        Repeat(warmUp, round);
        Footprint before = Footprint.Take();
        Repeat(rounds, round);
        Footprint after = Footprint.Take();
        TestContext.Current.TestOutputHelper?.WriteLine($"{before} -> {after}");
        Assert.Equal(before.Handles, after.Handles);
        Assert.InRange(after.ResidentBytes - before.ResidentBytes, long.MinValue, (long)rounds * bytesPerRound);
    }

    private static void Repeat(int rounds, Action round)
    {
        for (int i = 1; i <= rounds; i++)
        {
            round();
            if (i % Batch == 0)
            {
                Footprint.Collect();
            }
        }
    }
}
