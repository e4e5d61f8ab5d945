using ExpertCluster.Inference.Kernels.Elements;
using ExpertCluster.Inference.Stepping;
using ExpertCluster.Inference.Stepping.Runners;

namespace ExpertCluster.Inference.Tests.Stepping;

/// <summary>The runner with each type of cache: near the reference, the same to the bit however its rows come, and its blocks moved whole.</summary>
public sealed class KvCacheTypeTests(TestModels models) : IClassFixture<TestModels>
{
    private static readonly int[] Tokens = [.. Enumerable.Range(0, 40).Select(i => (i * 37) % 270)];

    private static readonly StepRunnerOptions Options = new() { Slots = 3, MaxRows = 64, ContextLength = 60, AdapterCapacity = 1, Threads = 2 };

    // Logits are about 1; a number is off by 2^-11 of itself, or by 1/254 of its head's largest, in each of two layers.
    [Theory]
    [InlineData(KvCacheType.Float32, 5e-5f)]
    [InlineData(KvCacheType.Float16, 2e-3f)]
    [InlineData(KvCacheType.Int8, 8e-2f)]
    public void Run_EachType_StaysNearTheReference(KvCacheType type, float tolerance)
    {
        using var runner = Open(type);
        Logits.AssertClose(models.Reference.Logits(Tokens), runner.Step(runner.NewBatch(), [.. TestRows.Prompt(Tokens, 1)]), tolerance);
    }

    [Theory]
    [InlineData(KvCacheType.Float32)]
    [InlineData(KvCacheType.Float16)]
    [InlineData(KvCacheType.Int8)]
    public void Run_PromptInOneStepOrInMany_IsBitwiseTheSame(KvCacheType type)
    {
        using var runner = Open(type);
        var batch = runner.NewBatch();
        float[][] whole = runner.Step(batch, [.. TestRows.Prompt(Tokens, 0), .. TestRows.Prompt(Tokens[..20], 1)]);
        float[][] single = [.. Tokens.Select((token, i) => runner.Step(batch, [new TestRow(token, 2, i)])[0])];
        Assert.Equal(whole[..Tokens.Length], single);
    }

    [Theory]
    [InlineData(KvCacheType.Float32)]
    [InlineData(KvCacheType.Float16)]
    [InlineData(KvCacheType.Int8)]
    public void WriteBlock_IntoAnotherSlot_GoesOnWithTheSameBits(KvCacheType type)
    {
        using var runner = Open(type);
        var batch = runner.NewBatch();
        float[][] whole = runner.Step(batch, [.. TestRows.Prompt(Tokens, 0)]);
        runner.Step(batch, [.. TestRows.Prompt([.. Tokens.Reverse()], 2)]);
        byte[] block = new byte[runner.BlockBytes];
        for (int i = 0; i < 2; i++)
        {
            runner.ReadBlock(0, i, block);
            runner.WriteBlock(2, i, block);
        }

        Assert.Equal(whole[32..], runner.Step(batch, [.. TestRows.Prompt(Tokens[32..], 2, 32)]));
        Assert.Equal(whole, runner.Step(batch, [.. TestRows.Prompt(Tokens, 1)]));
    }

    // 2 tensors, 2 layers, 3 slots, 2 heads, 60 positions rounded up to 64, and 16 numbers a head.
    [Theory]
    [InlineData(KvCacheType.Float32, 16 * 4)]
    [InlineData(KvCacheType.Float16, 16 * 2)]
    [InlineData(KvCacheType.Int8, 16 + 4)]
    public void CacheBytes_EachType_AreWhatTheRunnerReserves(KvCacheType type, int position)
    {
        using var runner = Open(type);
        var options = Options with { KvCacheType = type };
        Assert.Equal(2 * 2 * 3 * 2 * 64 * position, StepRunnerMemory.CacheBytes(models.Shape, options));
        Assert.Equal(
            StepRunnerMemory.CacheBytes(models.Shape, options) + StepRunnerMemory.AdapterBytes(models.Shape, options), runner.ReservedBytes);
        Assert.Equal(2 * 2 * 2 * 16 * position, runner.BlockBytes);
    }

    [Fact]
    public void Constructor_PortableGraphInAnotherType_IsRefusedByName()
    {
        var failure = Assert.Throws<ArgumentException>(
            () => new PortableStepRunner(models.Model, Options with { KvCacheType = KvCacheType.Float16 }));
        Assert.Contains("keys and values in Float32 only, not in Float16; use FlatStepRunner", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Validate_TypeThatCannotBe_IsNamed()
    {
        Assert.Equal(
            ["KvCacheType is 7; it must be Float32, Float16, Int8"],
            StepRunnerOptionsValidator.Validate(Options with { KvCacheType = (KvCacheType)7 }, models.Shape));
        Assert.Equal(
            ["KvCacheType is Int8, but the model's heads have 4 numbers; they must have 8 or more"],
            StepRunnerOptionsValidator.Validate(Options with { KvCacheType = KvCacheType.Int8 }, models.Shape with { HeadDimension = 4 }));
    }

    private FlatStepRunner Open(KvCacheType type) => new(models.Model, Options with { KvCacheType = type });
}
