using ExpertCluster.Catalogue.Preparation;
using ExpertCluster.Catalogue.Prepared;
using ExpertCluster.TestSupport;

namespace ExpertCluster.SystemTests.Support;

/// <summary>The gates that a cluster on the demo's catalogue uses: `up` prepares each catalogue file into a folder of its own in the cache.</summary>
internal static class PreparedGates
{
    public static string Folder()
    {
        string prepared = CataloguePreparer.Cached(RepositoryRoot.Combine("models", "demo", "experts.yaml"), _ => { }).Output;
        return PreparedCatalogue.Load(prepared).Gates!.Location;
    }
}
