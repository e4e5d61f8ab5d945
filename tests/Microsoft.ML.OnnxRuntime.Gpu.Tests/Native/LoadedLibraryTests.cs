using ExpertCluster.TestSupport;
using Microsoft.ML.OnnxRuntime.Native;

namespace Microsoft.ML.OnnxRuntime.Tests.Native;

public sealed class LoadedLibraryTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Open_NotALibrary_NamesTheFileAndTheRemedy() => AssertRefused(Write("not.so", "text"u8.ToArray()), "can't be loaded");

    [Fact]
    public void Open_AnotherArchitecture_NamesIt()
    {
        byte[] library = File.ReadAllBytes(LibraryLocator.Find());

        // e_machine of the ELF header: a library for 32-bit x86.
        (library[18], library[19]) = (3, 0);
        AssertRefused(Write("other.so", library), "built for another processor, X86");
    }

    [Fact]
    public void Open_AnotherLibrary_SaysItIsNoOnnxRuntime() => AssertRefused(
        Path.Combine(Path.GetDirectoryName(typeof(object).Assembly.Location)!, "libSystem.Native.so"), "not an ONNX Runtime library");

    [Fact]
    public void Open_TooOld_NamesItsVersionAndTheNeededOne()
    {
        string path = LibraryLocator.Find();
        var failure = Assert.Throws<DllNotFoundException>(() => new LoadedLibrary(path, 9_999));
        Assert.Contains(OrtEnv.Instance().GetVersionString(), failure.Message, StringComparison.Ordinal);
        Assert.Contains("1.9999 or later", failure.Message, StringComparison.Ordinal);
        Assert.Contains(path, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Instance_OfThisProcess_IsTheLocatorsFile() => Assert.Equal(LibraryLocator.Find(), LoadedLibrary.Instance.Path);

    private static void AssertRefused(string path, string reason)
    {
        var failure = Assert.Throws<DllNotFoundException>(() => new LoadedLibrary(path));
        TestContext.Current.TestOutputHelper?.WriteLine(failure.Message);
        Assert.Contains(path, failure.Message, StringComparison.Ordinal);
        Assert.Contains(reason, failure.Message, StringComparison.Ordinal);
        Assert.Contains("ONNXRUNTIME_LIBRARY", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', failure.Message);
    }

    private string Write(string name, byte[] content)
    {
        string path = _folder[name];
        File.WriteAllBytes(path, content);
        return path;
    }
}
