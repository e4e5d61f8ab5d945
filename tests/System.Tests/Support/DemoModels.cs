using ExpertCluster.TestSupport;

namespace ExpertCluster.SystemTests.Support;

/// <summary>The models that the demo's catalogue names.</summary>
internal static class DemoModels
{
    public static string Path(params string[] parts) => RepositoryRoot.Combine(["models", "demo", .. parts]);
}
