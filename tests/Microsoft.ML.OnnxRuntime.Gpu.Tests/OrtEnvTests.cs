namespace Microsoft.ML.OnnxRuntime.Tests;

public sealed class OrtEnvTests
{
    [Fact]
    public void Instance_Twice_IsTheSame()
    {
        Assert.Same(OrtEnv.Instance(), OrtEnv.Instance());
        Assert.True(OrtEnv.IsCreated);
    }

    [Fact]
    public void GetVersionString_PinnedLibrary_IsAVersion() =>
        Assert.True(Version.TryParse(OrtEnv.Instance().GetVersionString(), out _));

    [Fact]
    public void GetAvailableProviders_AnyLibrary_HasTheCpu() =>
        Assert.Contains("CPUExecutionProvider", OrtEnv.Instance().GetAvailableProviders());

    [Fact]
    public void EnvLogLevel_Set_IsRead()
    {
        OrtEnv env = OrtEnv.Instance();
        OrtLoggingLevel before = env.EnvLogLevel;
        env.EnvLogLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR;
        Assert.Equal(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR, env.EnvLogLevel);
        env.EnvLogLevel = before;
    }

    [Fact]
    public void MemoryInfo_Cpu_NamesIt()
    {
        using var info = new OrtMemoryInfo("Cpu", OrtAllocatorType.DeviceAllocator, 0, OrtMemType.Default);
        Assert.Equal("Cpu", info.Name);
        Assert.Equal(0, info.Id);
        Assert.Equal(OrtMemType.Default, info.GetMemoryType());
        Assert.Equal(OrtAllocatorType.DeviceAllocator, info.GetAllocatorType());
    }
}
