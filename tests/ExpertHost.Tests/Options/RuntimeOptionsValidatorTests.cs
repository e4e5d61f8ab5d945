using ExpertCluster.ExpertHost.Options;
using ExpertCluster.Inference.Stepping;

namespace ExpertCluster.ExpertHost.Tests.Options;

public class RuntimeOptionsValidatorTests
{
    [Fact]
    public void Validate_Defaults_AreValid() => Assert.Empty(RuntimeOptionsValidator.Validate(new RuntimeOptions()));

    [Theory]
    [InlineData("cpu", ExecutionProvider.Cpu)]
    [InlineData("WebGPU", ExecutionProvider.WebGpu)]
    [InlineData("cuda", ExecutionProvider.Cuda)]
    public void Validate_KnownProvider_IsValidInAnyCase(string name, ExecutionProvider expected)
    {
        Assert.Empty(RuntimeOptionsValidator.Validate(new RuntimeOptions { Provider = name }));
        Assert.Equal(expected, ProviderNames.Parse(name));
    }

    [Fact]
    public void Validate_SeveralWrong_NamesEachSettingItsValueAndItsRange()
    {
        var failures = RuntimeOptionsValidator.Validate(new RuntimeOptions { Provider = "tpu", Slots = 0 });
        Assert.Equal(
            ["ExpertCluster:Runtime:Slots is 0; it must be 1 to 1024", "ExpertCluster:Runtime:Provider is 'tpu'; it must be one of cpu, webgpu, cuda"],
            failures);
    }
}
