using ExpertCluster.TestSupport;

namespace ExpertCluster.Deploy.Tests.Publishing;

/// <summary>The runtime's tests as they were built, with a published folder's ONNX Runtime in the place of theirs: nothing else of them depends on which it is.</summary>
internal sealed class RuntimeTests : IDisposable
{
    private const string Library = "ExpertCluster.Inference.Tests.dll";

    /// <summary>Below the repository, where they find the models.</summary>
    private readonly string _folder = RepositoryRoot.Combine("artifacts", $"runtime-tests-{Environment.ProcessId}");

    public RuntimeTests(PublishedFolder published)
    {
        CopyFiles(RepositoryRoot.Combine("artifacts", "bin", "Inference.Tests", new DirectoryInfo(AppContext.BaseDirectory).Name), "*");
        CopyFiles(published.Path, "libonnxruntime*");
        CopyFiles(published.Path, "Microsoft.ML.OnnxRuntime.dll");
    }

    public string Program => Path.Combine(_folder, Library);

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
