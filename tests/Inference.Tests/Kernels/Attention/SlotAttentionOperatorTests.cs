using System.Runtime.InteropServices;
using ExpertCluster.Inference.Kernels.Attention;
using ExpertCluster.Inference.Stepping;
using ExpertCluster.Inference.Stepping.Runners;
using ExpertCluster.Inference.Tests.Stepping;
using Microsoft.ML.OnnxRuntime;

namespace ExpertCluster.Inference.Tests.Kernels.Attention;

public sealed class SlotAttentionOperatorTests(TestModels models) : IClassFixture<TestModels>
{
    [Fact]
    public void Run_ByTheRunner_CopiesNoCache()
    {
        // In this class, which alone makes copies: others run beside it.
        using var runner = new FlatStepRunner(models.Model, new StepRunnerOptions { Slots = 2, MaxRows = 8 });
        var batch = runner.NewBatch();
        long before = SlotAttentionKernel.CacheCopies;

        runner.Step(batch, [new TestRow(1, 0, 0), new TestRow(2, 0, 1)]);
        runner.Step(batch, [new TestRow(3, 0, 2)]);

        Assert.Equal(before, SlotAttentionKernel.CacheCopies);
    }

    [Fact]
    public void Run_OutputsOfTheirOwnMemory_CopiesTheCachesFirst()
    {
        using var session = OperatorSession.Attention();
        byte[] keys = [.. MemoryMarshal.AsBytes([.. Enumerable.Repeat(7f, 2 * 16 * 4)])];
        long before = SlotAttentionKernel.CacheCopies;

        var results = session.Run(Inputs(keys: keys));

        Assert.Equal(2, SlotAttentionKernel.CacheCopies - before);
        // Both heads see the one value of position 0; the other slot keeps what it had; the input is left alone.
        Assert.Equal([9f, 10, 11, 12, 9, 10, 11, 12], results[0]);
        Assert.Equal(7f, results[1][16 * 4]);
        Assert.Equal(5f, results[1][0]);
        Assert.All(MemoryMarshal.Cast<byte, float>(keys).ToArray(), k => Assert.Equal(7f, k));
    }

    [Theory]
    [InlineData(2, 0, "slot[0] is 2; it must be between 0 and 1")]
    [InlineData(-1, 0, "slot[0] is -1")]
    [InlineData(0, 16, "pos[0] is 16; it must be between 0 and 15")]
    [InlineData(0, -1, "pos[0] is -1")]
    public void Run_RowOutOfRange_IsRefusedByName(int slot, int position, string expected)
    {
        using var session = OperatorSession.Attention();
        var failure = Assert.Throws<OnnxRuntimeException>(() => session.Run(Inputs(slot: slot, position: position)));
        Assert.Contains(expected, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_PositionBeyondTheRotaryTable_IsRefused()
    {
        using var session = OperatorSession.Attention();
        var failure = Assert.Throws<OnnxRuntimeException>(() => session.Run(Inputs(position: 8, rotaryPositions: 8)));
        Assert.Contains("pos[0] is 8; it must be between 0 and 7", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_CapacityOfBrokenBlocks_IsRefused()
    {
        using var session = OperatorSession.Attention();
        var failure = Assert.Throws<OnnxRuntimeException>(() => session.Run(Inputs(capacity: 20)));
        Assert.Contains("20 positions must be a multiple of 16", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_RowOfTheWrongWidth_IsRefused()
    {
        using var session = OperatorSession.Attention();
        var inputs = Inputs();
        inputs[0] = OrtValue.CreateTensorValueFromMemory(new float[15], [1, 15]);
        var failure = Assert.Throws<OnnxRuntimeException>(() => session.Run(inputs));
        Assert.Contains("qkv has rows of 15 numbers; they must divide into 4 heads", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_CacheOfHalves_IsTakenByItsLength()
    {
        using var session = OperatorSession.Attention();
        Assert.Equal([9f, 10, 11, 12, 9, 10, 11, 12], session.Run(Inputs(positionBytes: 8))[0]);
    }

    [Fact]
    public void Run_CacheOfNoType_IsRefused()
    {
        using var session = OperatorSession.Attention();
        var failure = Assert.Throws<OnnxRuntimeException>(() => session.Run(Inputs(positionBytes: 12)));
        Assert.Contains(
            "a head's position has 12 bytes; with 4 numbers it must have 16 (f32), 8 (f16) or 8 (int8)", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("slot")]
    [InlineData("pos")]
    public void Run_FewerSlotsThanRows_IsRefused(string name)
    {
        using var session = OperatorSession.Attention();
        var inputs = Inputs();
        inputs[name == "slot" ? 3 : 4] = OrtValue.CreateTensorValueFromMemory(Array.Empty<int>(), [0]);
        var failure = Assert.Throws<OnnxRuntimeException>(() => session.Run(inputs));
        Assert.Contains($"{name} has the shape [0]; it must be [1]", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("scale")]
    [InlineData("window")]
    [InlineData("softcap")]
    [InlineData("norm_epsilon")]
    public void Constructor_AttributeMissing_NamesIt(string name)
    {
        var failure = Assert.Throws<OnnxRuntimeException>(() => OperatorSession.AttentionWithout(name));
        Assert.Contains($"'{name}'", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Constructor_NegativeAttribute_IsRefused()
    {
        Refused("'window' is -1", ("window", -1L));
        Refused("softcap is -1", ("softcap", -1f));
        Refused("norm_epsilon is -1", ("norm_epsilon", -1f));

        static void Refused(string expected, (string, object) attribute) => Assert.Contains(
            expected, Assert.Throws<OnnxRuntimeException>(() => OperatorSession.Attention(attribute)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_MorePairsThanTheHeadHas_IsRefused()
    {
        using var session = OperatorSession.Attention();
        var inputs = Inputs();
        inputs[5] = OrtValue.CreateTensorValueFromMemory(new float[16 * 3], [16, 3]);
        inputs[6] = OrtValue.CreateTensorValueFromMemory(new float[16 * 3], [16, 3]);
        var failure = Assert.Throws<OnnxRuntimeException>(() => session.Run(inputs));
        Assert.Contains("cos: 3 pairs are more than a head of 4 elements has", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Constructor_HeadsThatDoNotDivide_IsRefused()
    {
        var failure = Assert.Throws<OnnxRuntimeException>(
            () => OperatorSession.Attention(("num_heads", 3L), ("kv_heads", 2L), ("scale", 1f)));
        Assert.Contains("num_heads 3 is not a multiple of kv_heads 2", failure.Message, StringComparison.Ordinal);
    }

    private static OrtValue[] Inputs(int slot = 0, int position = 0, int capacity = 16, int rotaryPositions = 16, byte[]? keys = null, int positionBytes = 16)
    {
        float[] qkv = [1, 1, 1, 1, 2, 2, 2, 2, 5, 6, 7, 8, 9, 10, 11, 12];
        float[] cosine = [.. Enumerable.Repeat(1f, rotaryPositions * 2)];
        long[] cache = [2, 1, capacity, positionBytes];
        return
        [
            OrtValue.CreateTensorValueFromMemory(qkv, [1, 16]),
            OrtValue.CreateTensorValueFromMemory(keys ?? new byte[2 * capacity * positionBytes], cache),
            OrtValue.CreateTensorValueFromMemory(new byte[2 * capacity * positionBytes], cache),
            OrtValue.CreateTensorValueFromMemory([slot], [1]),
            OrtValue.CreateTensorValueFromMemory([position], [1]),
            OrtValue.CreateTensorValueFromMemory(cosine, [rotaryPositions, 2]),
            OrtValue.CreateTensorValueFromMemory(new float[rotaryPositions * 2], [rotaryPositions, 2]),
        ];
    }
}
