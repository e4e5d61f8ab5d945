using ExpertCluster.Catalogue.Snapshots;
using ExpertCluster.Router.Telemetry;
using ExpertCluster.Router.Tests.Support;

namespace ExpertCluster.Router.Tests.Telemetry;

public sealed class RouterMetricsTests
{
    /// <summary>Plans go around neither: who is woken by this gauge must find an expert that does not answer.</summary>
    [Fact(Timeout = 60_000)]
    public async Task Unavailable_CanaryOrShadow_DoesNotMakeItsExpertSo()
    {
        var catalogue = Catalogues.SnapshotOf(
            1, e => e with { Canary = Catalogues.Version("metric2", 5), Shadow = Catalogues.Version("metric3", 5) }, ("metric-law", "demo"), ("metric-tax", "demo"));
        var (law, tax) = (catalogue.FindExpert("metric-law")!, catalogue.FindExpert("metric-tax")!);
        var metrics = new RouterMetrics(new CatalogueHolder(catalogue));

        await Task.Yield();
        string[] told = [];
        while (!told.Contains("metric-tax"))
        {
            // Again, where a test beside this one said just now that others are.
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            metrics.Unavailable([("metric-law", law.Canary!.Revision), ("metric-law", law.Shadow!.Revision), ("metric-tax", tax.Revision)]);
            told = [.. metrics.ExpertUnavailable.GetAllLabelValues().Select(l => l[0])];
        }

        Assert.DoesNotContain("metric-law", told);
    }
}
