namespace ExpertCluster.TestSupport;

/// <summary>
/// Sees to it that there is a native ONNX Runtime: the repository's own script fetches it into the cache once. Projects that
/// run models link NativeLibraryInitializer.cs, so that each of them passes alone on a fresh machine.
/// </summary>
public static class NativeLibrary
{
    private static readonly Lazy<string> Fetched = new(() => Tool.Run("bash", [RepositoryRoot.Combine("build", "native", "fetch.sh")]));

    /// <summary>Does nothing where ONNXRUNTIME_LIBRARY names a library to use instead.</summary>
    public static void Require()
    {
        if (string.IsNullOrEmpty(Environment.GetEnvironmentVariable("ONNXRUNTIME_LIBRARY")))
        {
            _ = Fetched.Value;
        }
    }
}
