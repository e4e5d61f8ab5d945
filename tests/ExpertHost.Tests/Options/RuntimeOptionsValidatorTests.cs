using ExpertCluster.ExpertHost.Options;
using ExpertCluster.Inference.Kernels.Elements;
using ExpertCluster.Inference.Stepping;
using ExpertCluster.Node.Tests.Support;

namespace ExpertCluster.ExpertHost.Tests.Options;

public class RuntimeOptionsValidatorTests
{
    public static TheoryData<string, double, bool> Boundaries => SettingFailures.Boundaries<RuntimeOptions>();

    [Fact]
    public void Validate_Defaults_AreValid() => Assert.Empty(Failures(new RuntimeOptions()));

    [Theory]
    [MemberData(nameof(Boundaries))]
    public void Validate_LimitOfARange_IsTheLastThatIsAllowed(string property, double value, bool allowed) =>
        Assert.Equal(allowed ? 0 : 1, Failures(SettingFailures.With(new RuntimeOptions(), property, value)).Count);

    /// <summary>An attribute takes constants only, so the words stand there once more.</summary>
    [Fact]
    public void Values_OfEachSetting_AreThoseThatAreKnown()
    {
        Assert.Equal(SettingNames.Providers.All, Words(nameof(RuntimeOptions.Provider)));
        Assert.Equal(SettingNames.KvCacheTypes.All, Words(nameof(RuntimeOptions.KvCacheType)));
        Assert.Equal(SettingNames.AdapterTypes.All, Words(nameof(RuntimeOptions.AdapterType)));

        static string Words(string property) => SettingFailures.Rule<RuntimeOptions>(property).Allowed;
    }

    [Theory]
    [InlineData("cpu", ExecutionProvider.Cpu)]
    [InlineData("CPU", ExecutionProvider.Cpu)]
    public void Validate_KnownProvider_IsValidInAnyCase(string name, ExecutionProvider expected)
    {
        Assert.Empty(Failures(new RuntimeOptions { Provider = name }));
        Assert.Equal(expected, SettingNames.Providers.Parse(name));
    }

    [Theory]
    [InlineData("f32", KvCacheType.Float32)]
    [InlineData("F16", KvCacheType.Float16)]
    [InlineData("int8", KvCacheType.Int8)]
    public void Validate_KnownCacheType_IsValidInAnyCase(string name, KvCacheType expected)
    {
        Assert.Empty(Failures(new RuntimeOptions { KvCacheType = name }));
        Assert.Equal(expected, SettingNames.KvCacheTypes.Parse(name));
    }

    [Fact]
    public void Validate_CacheTypeThatCannotBe_IsNamed()
    {
        Assert.Equal(
            ["ExpertCluster:Runtime:KvCacheType is 'q4'; it must be one of f32, f16, int8"],
            Failures(new RuntimeOptions { KvCacheType = "q4" }));
        Assert.Contains(
            "ExpertCluster:Runtime:KvCacheType is 'f16'; with Provider 'cuda' it must be f32",
            Failures(new RuntimeOptions { KvCacheType = "f16", Provider = "cuda" }));
    }

    [Fact]
    public void Validate_AdapterTypeThatCannotBe_IsNamed()
    {
        Assert.Empty(Failures(new RuntimeOptions { AdapterType = "F16" }));
        Assert.Equal(
            ["ExpertCluster:Runtime:AdapterType is 'int8'; it must be one of f32, f16"],
            Failures(new RuntimeOptions { AdapterType = "int8" }));
        Assert.Contains(
            "ExpertCluster:Runtime:AdapterType is 'f16'; with Provider 'CUDA' it must be f32",
            Failures(new RuntimeOptions { AdapterType = "f16", Provider = "CUDA" }));
    }

    /// <summary>This build's runtime computes on the CPU.</summary>
    [Fact]
    public void Validate_ProviderThatThisBuildLacks_SaysWhatToDo() => Assert.StartsWith(
        "ExpertCluster:Runtime:Provider is 'cuda', but ",
        Assert.Single(Failures(new RuntimeOptions { Provider = "cuda" })),
        StringComparison.Ordinal);

    [Fact]
    public void Validate_SeveralWrong_NamesEachSettingItsValueAndItsRange()
    {
        var failures = Failures(new RuntimeOptions { Provider = "tpu", Slots = 0, QueueLimit = 70_000, PrefillChunk = 3, ContextLength = 2 });
        Assert.Equal(
            [
                "ExpertCluster:Runtime:Slots is 0; it must be 1 to 4096 sequences",
                "ExpertCluster:Runtime:ContextLength is 2; it must be 0, or 16 to 1048576 tokens",
                "ExpertCluster:Runtime:PrefillChunk is 3; it must be 16 to 8192 tokens",
                "ExpertCluster:Runtime:QueueLimit is 70000; it must be 0 to 65536 requests",
                "ExpertCluster:Runtime:Provider is 'tpu'; it must be one of cpu, cuda",
            ],
            failures);
    }

    private static IReadOnlyList<string> Failures(RuntimeOptions options) =>
        SettingFailures.Of(options, new RuntimeOptionsValidator(), new RuntimeOptionsRules());
}
