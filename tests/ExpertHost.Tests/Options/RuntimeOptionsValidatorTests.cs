using ExpertCluster.ExpertHost.Options;
using ExpertCluster.Inference.Kernels.Elements;
using ExpertCluster.Inference.Stepping;

namespace ExpertCluster.ExpertHost.Tests.Options;

public class RuntimeOptionsValidatorTests
{
    [Fact]
    public void Validate_Defaults_AreValid() => Assert.Empty(RuntimeOptionsValidator.Validate(new RuntimeOptions()));

    [Theory]
    [InlineData("cpu", ExecutionProvider.Cpu)]
    [InlineData("CUDA", ExecutionProvider.Cuda)]
    public void Validate_KnownProvider_IsValidInAnyCase(string name, ExecutionProvider expected)
    {
        Assert.Empty(RuntimeOptionsValidator.Validate(new RuntimeOptions { Provider = name }));
        Assert.Equal(expected, SettingNames.Providers.Parse(name));
    }

    [Theory]
    [InlineData("f32", KvCacheType.Float32)]
    [InlineData("F16", KvCacheType.Float16)]
    [InlineData("int8", KvCacheType.Int8)]
    public void Validate_KnownCacheType_IsValidInAnyCase(string name, KvCacheType expected)
    {
        Assert.Empty(RuntimeOptionsValidator.Validate(new RuntimeOptions { KvCacheType = name }));
        Assert.Equal(expected, SettingNames.KvCacheTypes.Parse(name));
    }

    [Fact]
    public void Validate_CacheTypeThatCannotBe_IsNamed()
    {
        Assert.Equal(
            ["ExpertCluster:Runtime:KvCacheType is 'q4'; it must be one of f32, f16, int8"],
            RuntimeOptionsValidator.Validate(new RuntimeOptions { KvCacheType = "q4" }));
        Assert.Equal(
            ["ExpertCluster:Runtime:KvCacheType is 'f16'; with Provider 'cuda' it must be f32"],
            RuntimeOptionsValidator.Validate(new RuntimeOptions { KvCacheType = "f16", Provider = "cuda" }));
    }

    [Fact]
    public void Validate_AdapterTypeThatCannotBe_IsNamed()
    {
        Assert.Empty(RuntimeOptionsValidator.Validate(new RuntimeOptions { AdapterType = "F16" }));
        Assert.Equal(
            ["ExpertCluster:Runtime:AdapterType is 'int8'; it must be one of f32, f16"],
            RuntimeOptionsValidator.Validate(new RuntimeOptions { AdapterType = "int8" }));
        Assert.Equal(
            ["ExpertCluster:Runtime:AdapterType is 'f16'; with Provider 'CUDA' it must be f32"],
            RuntimeOptionsValidator.Validate(new RuntimeOptions { AdapterType = "f16", Provider = "CUDA" }));
    }

    [Fact]
    public void Validate_SeveralWrong_NamesEachSettingItsValueAndItsRange()
    {
        var failures = RuntimeOptionsValidator.Validate(new RuntimeOptions { Provider = "tpu", Slots = 0 });
        Assert.Equal(
            ["ExpertCluster:Runtime:Slots is 0; it must be 1 to 1024", "ExpertCluster:Runtime:Provider is 'tpu'; it must be one of cpu, cuda"],
            failures);
    }
}
