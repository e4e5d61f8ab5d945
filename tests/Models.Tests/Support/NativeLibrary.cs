using ExpertCluster.TestSupport;

namespace ExpertCluster.Models.Tests.Support;

/// <summary>Sees to it that the native ONNX Runtime is in the cache: the repository's own script fetches it once.</summary>
internal static class NativeLibrary
{
    private static readonly Lazy<string> Fetched = new(() => Tool.Run("bash", [RepositoryRoot.Combine("build", "native", "fetch.sh")]));

    public static void Require() => _ = Fetched.Value;
}
