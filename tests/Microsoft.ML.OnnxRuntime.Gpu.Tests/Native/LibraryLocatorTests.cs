using Microsoft.ML.OnnxRuntime.Native;

namespace Microsoft.ML.OnnxRuntime.Tests.Native;

public sealed class LibraryLocatorTests
{
    [Fact]
    public void Find_VariableNamesAFile_TakesIt() =>
        Assert.Equal("/opt/own.so", LibraryLocator.Find(Variables(("ONNXRUNTIME_LIBRARY", "/opt/own.so")), "/app", _ => true));

    [Fact]
    public void Find_VariableNamesNoFile_ThrowsRatherThanLookingElsewhere()
    {
        var failure = Assert.Throws<DllNotFoundException>(() => LibraryLocator.Find(
            Variables(("ONNXRUNTIME_LIBRARY", "/opt/own.so")), "/app", p => p != "/opt/own.so"));
        Assert.Contains("ONNXRUNTIME_LIBRARY", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Find_BesideTheAssembly_ComesBeforeTheCache() =>
        Assert.Equal(
            Path.Combine("/app", LibraryLocator.FileName),
            LibraryLocator.Find(Variables(("EXPERTCLUSTER_CACHE", "/cache")), "/app", _ => true));

    [Fact]
    public void Find_OnlyInTheCache_TakesThePinnedVersion()
    {
        string found = LibraryLocator.Find(
            Variables(("EXPERTCLUSTER_CACHE", "/cache")), "/app", p => p.StartsWith("/cache", StringComparison.Ordinal));
        Assert.StartsWith("/cache/onnxruntime/1.30.0-", found, StringComparison.Ordinal);
    }

    [Fact]
    public void Find_Nowhere_SaysHowToFetch()
    {
        var failure = Assert.Throws<DllNotFoundException>(() => LibraryLocator.Find(Variables(), "/app", _ => false));
        Assert.Contains("build/native/fetch.sh", failure.Message, StringComparison.Ordinal);
        Assert.Contains("/app", failure.Message, StringComparison.Ordinal);
    }

    private static Func<string, string?> Variables(params (string Name, string Value)[] variables) =>
        name => Array.Find(variables, v => v.Name == name).Value;
}
