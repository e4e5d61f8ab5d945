using ExpertCluster.TestSupport;

namespace ExpertCluster.Deploy.Tests.Publishing;

/// <summary>The runtime's tests as they were built, with a published folder's native ONNX Runtime in the place of theirs. The managed part stays: its version is the build's.</summary>
internal sealed class RuntimeTests : IDisposable
{
    /// <summary>Below the repository, where they find the models.</summary>
    private readonly string _folder = RepositoryRoot.Combine("artifacts", $"runtime-tests-{Environment.ProcessId}");

    public RuntimeTests(PublishedFolder published)
    {
        CopyFiles(RepositoryRoot.Combine("artifacts", "bin", "Inference.Tests", new DirectoryInfo(AppContext.BaseDirectory).Name), "*");
        CopyFiles(published.Path, "libonnxruntime*");
    }

    public string Program => Path.Combine(_folder, "ExpertCluster.Inference.Tests.dll");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private void CopyFiles(string from, string pattern)
    {
        foreach (string file in Directory.EnumerateFiles(from, pattern, SearchOption.AllDirectories))
        {
            string target = Path.Combine(_folder, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target, overwrite: true);
        }
    }
}
