using ExpertCluster.Inference.Kernels.Elements;
using ExpertCluster.Inference.Stepping;
using ExpertCluster.Inference.Stepping.Runners;
using ExpertCluster.Models.Adapters;
using ExpertCluster.Models.Architecture;

namespace ExpertCluster.Inference.Tests.Stepping;

public sealed class AdapterTypeTests(TestModels models) : IClassFixture<TestModels>
{
    private static readonly int[] Tokens = [5, 90, 17, 33, 2, 61, 44, 8, 19];

    private static readonly StepRunnerOptions Options = new()
    {
        Slots = 3,
        MaxRows = 64,
        ContextLength = 32,
        AdapterRank = 16,
        AdapterCapacity = 2,
        Threads = 2,
        AdapterType = AdapterType.Float16,
    };

    [Fact]
    public void Run_InHalves_EqualsTheReferenceWithRoundedNumbers()
    {
        using var runner = new FlatStepRunner(models.Model, Options);
        foreach (var adapter in models.Adapters)
        {
            runner.LoadAdapter(1, adapter);

            float[][] actual = runner.Step(runner.NewBatch(), [.. TestRows.Prompt(Tokens, 0, 0, (1, 1f))]);

            var rounded = Changed(adapter, part => new SiteWeights([.. part.A.Select(Rounded)], [.. part.B.Select(Rounded)]));
            float[][] expected = models.Reference.Logits(Tokens, _ => [new(rounded, 1)]);
            Logits.AssertClose(expected, actual);
            float[][] other = models.Reference.Logits(Tokens, _ => [new(adapter, 1)]);
            Assert.True(expected.Zip(other, Logits.Distance).Max() > 1e-4f, "rounding changes too little for this test to see it");
        }
    }

    [Fact]
    public void AdapterBytes_InHalves_AreHalfOfFloats()
    {
        using var runner = new FlatStepRunner(models.Model, Options);
        long bytes = StepRunnerMemory.AdapterBytes(models.Shape, Options);
        Assert.Equal(2 * bytes, StepRunnerMemory.AdapterBytes(models.Shape, Options with { AdapterType = AdapterType.Float32 }));
        Assert.Equal(StepRunnerMemory.CacheBytes(models.Shape, Options) + bytes, runner.ReservedBytes);
    }

    [Theory]
    [InlineData(255.875f, true)]
    [InlineData(-256, false)]
    [InlineData(float.NaN, false)]
    public void LoadAdapter_NumberTooLargeForHalves_IsRefusedByName(float number, bool fits)
    {
        using var runner = new FlatStepRunner(models.Model, Options);
        var adapter = models.Adapters[0];
        var output = adapter.Layers[1][(int)LoraSite.Output]!;
        var changed = Changed(adapter, part => part == output ? part with { B = [number, .. part.B[1..]] } : part);

        var failure = Record.Exception(() => runner.LoadAdapter(0, changed));

        if (fits)
        {
            Assert.Null(failure);
            return;
        }

        Assert.Contains(
            FormattableString.Invariant($"B of layer 1, o, holds {number}; AdapterType Float16 takes numbers up to 255.875 in size"),
            Assert.IsType<ArgumentException>(failure).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Constructor_PortableGraphInHalves_IsRefusedByName()
    {
        var failure = Assert.Throws<ArgumentException>(() => new PortableStepRunner(models.Model, Options));
        Assert.Contains("take adapters in Float32 only, not in Float16; use FlatStepRunner", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Validate_TypeThatIsNone_IsNamed() => Assert.Equal(
        ["AdapterType is 7; it must be Float32, Float16"],
        StepRunnerOptionsValidator.Validate(Options with { AdapterType = (AdapterType)7 }, models.Shape));

    private static AdapterWeights Changed(AdapterWeights adapter, Func<SiteWeights, SiteWeights> change) => new()
    {
        Rank = adapter.Rank,
        Digest = "changed",
        Layers = [.. adapter.Layers.Select(sites => sites.Select(part => part is null ? null : change(part)).ToArray())],
    };

    private static float Rounded(float number) => MathF.Abs(number) < 1f / (1 << 22) ? 0 : (float)(Half)(number * 256) / 256;
}
