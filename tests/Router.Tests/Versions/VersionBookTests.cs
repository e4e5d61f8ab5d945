using ExpertCluster.Catalogue.Prepared;
using ExpertCluster.Catalogue.Snapshots;
using ExpertCluster.Contracts.Completions;
using ExpertCluster.Contracts.Routing;
using ExpertCluster.Router.Tests.Support;
using ExpertCluster.Router.Versions;

namespace ExpertCluster.Router.Tests.Versions;

public sealed class VersionBookTests : IDisposable
{
    private readonly VersionMetrics _metrics = new();
    private readonly CatalogueHolder _catalogue = new(WithVersions(1));
    private readonly VersionBook _book;

    public VersionBookTests() => _book = new VersionBook(_catalogue, _metrics);

    public void Dispose() => _book.Dispose();

    [Fact]
    public void CountsOf_EveryVersion_AreItsOwn()
    {
        var law = _catalogue.Current.FindExpert("book-law")!;
        Count(ExpertVersion.Stable, law.Revision, times: 3);
        Count(ExpertVersion.Canary, law.Canary!.Revision, times: 2);
        Count(ExpertVersion.Shadow, law.Shadow!.Revision, times: 1);

        Assert.Equal(3, _book.FiguresOf("book-law", ExpertVersion.Stable, law.Revision)!.Requests);
        Assert.Equal(2, _book.FiguresOf("book-law", ExpertVersion.Canary, law.Canary.Revision)!.Requests);
        Assert.Equal(1, _book.FiguresOf("book-law", ExpertVersion.Shadow, law.Shadow.Revision)!.Requests);
        Assert.Null(_book.FiguresOf("book-law", ExpertVersion.Canary, law.Revision));
    }

    [Fact]
    public void CountsOf_WhatTheCatalogueDoesNotHave_IsNull()
    {
        var law = _catalogue.Current.FindExpert("book-law")!;

        Assert.Null(_book.CountsOf(Planned("book-law", ExpertVersion.Stable, "0123")));
        Assert.Null(_book.CountsOf(Planned("book-law", ExpertVersion.Canary, law.Revision)));
        Assert.Null(_book.CountsOf(Planned("nobody", ExpertVersion.Stable, law.Revision)));
    }

    /// <summary>There is nothing to compare, and most experts are such.</summary>
    [Fact]
    public void CountsOf_ExpertOfOneVersion_IsNull() =>
        Assert.Null(_book.CountsOf(Planned("book-tax", ExpertVersion.Stable, _catalogue.Current.FindExpert("book-tax")!.Revision)));

    [Fact]
    public void Catalogue_AnotherRevisionAsThatVersion_BeginsAnew()
    {
        var law = _catalogue.Current.FindExpert("book-law")!;
        Count(ExpertVersion.Canary, law.Canary!.Revision, times: 2);
        Count(ExpertVersion.Stable, law.Revision, times: 2);

        _catalogue.Swap(WithVersions(2, canary: "another"));
        string canary = _catalogue.Current.FindExpert("book-law")!.Canary!.Revision;

        Assert.Null(_book.FiguresOf("book-law", ExpertVersion.Canary, law.Canary.Revision));
        Assert.Null(_book.FiguresOf("book-law", ExpertVersion.Canary, canary));
        Assert.Equal(2, _book.FiguresOf("book-law", ExpertVersion.Stable, law.Revision)!.Requests);
        Count(ExpertVersion.Canary, canary, times: 1);
        Assert.Equal(1, _book.FiguresOf("book-law", ExpertVersion.Canary, canary)!.Requests);
    }

    [Fact]
    public void Catalogue_VersionsAreGone_NothingIsToldOfThemAnyMore()
    {
        var law = _catalogue.Current.FindExpert("book-law")!;
        Count(ExpertVersion.Stable, law.Revision, times: 1);
        Count(ExpertVersion.Shadow, law.Shadow!.Revision, times: 1);
        _metrics.FellBack("book-law");
        Assert.Contains(_metrics.Requests.GetAllLabelValues(), labels => labels[0] == "book-law");

        _catalogue.Swap(Catalogues.SnapshotOf(2, ("book-law", "demo"), ("book-tax", "demo")));

        Assert.Null(_book.FiguresOf("book-law", ExpertVersion.Stable, law.Revision));
        Assert.DoesNotContain(_metrics.Requests.GetAllLabelValues(), labels => labels[0] == "book-law");
        Assert.DoesNotContain(_metrics.TimeToFirstToken.GetAllLabelValues(), labels => labels[0] == "book-law");
        Assert.DoesNotContain(_metrics.CanaryFallbacks.GetAllLabelValues(), labels => labels[0] == "book-law");
    }

    private void Count(ExpertVersion version, string revision, int times)
    {
        for (int i = 0; i < times; i++)
        {
            _book.CountsOf(Planned("book-law", version, revision))!.End(new VersionOutcome(VersionEnd.Complete, TimeSpan.FromSeconds(1), 1, TimeSpan.FromSeconds(1)));
        }
    }

    private static PlannedExpert Planned(string expert, ExpertVersion version, string revision) => new(expert, 1, revision) { Version = version };

    private static CatalogueSnapshot WithVersions(long version, string canary = "canary") => Catalogues.SnapshotOf(
        version,
        PreparedExpert (e) => e.Name == "book-law" ? e with { Canary = Catalogues.Version(canary, 5), Shadow = Catalogues.Version("shadow", 100) } : e,
        ("book-law", "demo"),
        ("book-tax", "demo"));
}
