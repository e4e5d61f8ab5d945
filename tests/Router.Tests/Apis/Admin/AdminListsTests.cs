using ExpertCluster.Contracts.Failures;
using ExpertCluster.Router.Apis.Admin;
using ExpertCluster.Router.Tests.Support;
using ExpertCluster.V1;

namespace ExpertCluster.Router.Tests.Apis.Admin;

public sealed class AdminListsTests
{
    [Theory]
    [InlineData(0, 100)]
    [InlineData(1, 1)]
    [InlineData(1000, 1000)]
    public void Experts_PageSize_IsHowManyCome(int asked, int expected)
    {
        using var cluster = Many(1500);

        Assert.Equal(expected, new AdminLists(cluster.Overview).Experts(new ListExpertsRequest { PageSize = asked }).Experts.Count);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(1001)]
    [InlineData(int.MaxValue)]
    public void Lists_PageSizeThatIsNotAllowed_IsNamedWithTheLimit(int asked)
    {
        using var cluster = Many(1);
        var lists = new AdminLists(cluster.Overview);

        foreach (var list in (Action[])[() => lists.Experts(new ListExpertsRequest { PageSize = asked }), () => lists.Hosts(new ListHostsRequest { PageSize = asked })])
        {
            var failure = Assert.Throws<RequestFailedException>(list).Failure;
            Assert.Equal((FailureKind.InvalidArgument, "page_size", $"page_size is {asked}; it must be 1 to 1000, or 0 for 100"), (failure.Kind, failure.Field, failure.Message));
        }
    }

    [Theory]
    [InlineData(10_000, 1000, 10)]
    [InlineData(7, 3, 3)]
    [InlineData(6, 3, 2)]
    public void Experts_PageAfterPage_HasEachOnceByName(int experts, int size, int pages)
    {
        using var cluster = Many(experts);

        var all = Walk(cluster, size);

        Assert.Equal(pages, all.Count);
        Assert.Equal(cluster.Catalogue.Current.Experts.Select(e => e.Name).Order(StringComparer.Ordinal), all.SelectMany(page => page));
    }

    [Fact]
    public void Experts_TheTokensExpertWasRemoved_GoesOnBehindItsName()
    {
        using var cluster = new AdminCluster(("a", "demo"), ("b", "demo"), ("c", "demo"));
        var lists = new AdminLists(cluster.Overview);
        string token = lists.Experts(new ListExpertsRequest { PageSize = 2 }).NextPageToken;
        Assert.Equal("b", token);

        cluster.Catalogue.Swap(Catalogues.SnapshotOf(2, ("a", "demo"), ("bb", "demo"), ("c", "demo")));

        Assert.Equal(["bb", "c"], lists.Experts(new ListExpertsRequest { PageToken = token }).Experts.Select(e => e.Name));
    }

    /// <summary>gRPC's clients take 4 MiB a message.</summary>
    [Fact]
    public void Experts_LongDescriptions_FitIntoAMessage()
    {
        using var cluster = new AdminCluster(Catalogues.SnapshotOf(1, e => e with { Description = new string('x', 4096) }, Names(1000)));

        var all = Walk(cluster, 1000);

        Assert.Equal(1000, all.SelectMany(page => page).Distinct().Count());
        Assert.InRange(all[0].Count, 200, 300);
    }

    [Fact]
    public async Task Hosts_PageAfterPage_HasEachOnce()
    {
        using var cluster = new AdminCluster(("demo", "demo"));
        await cluster.ReportAsync(cluster.Host("c"), cluster.Host("a"), cluster.Host("b"));
        var lists = new AdminLists(cluster.Overview);

        var first = lists.Hosts(new ListHostsRequest { PageSize = 2 });
        var second = lists.Hosts(new ListHostsRequest { PageSize = 2, PageToken = first.NextPageToken });

        Assert.Equal(["a", "b"], first.Hosts.Select(h => h.Name));
        Assert.Equal(("c", ""), (Assert.Single(second.Hosts).Name, second.NextPageToken));
    }

    [Fact]
    public void Expert_NoSuchName_IsNotFound()
    {
        using var cluster = Many(1);
        var lists = new AdminLists(cluster.Overview);

        Assert.Equal("e0", lists.Expert(new GetExpertRequest { Name = "e0" }).Name);
        Assert.Equal(FailureKind.UnknownModel, Assert.Throws<RequestFailedException>(() => lists.Expert(new GetExpertRequest { Name = "E0" })).Failure.Kind);
    }

    private static List<List<string>> Walk(AdminCluster cluster, int size)
    {
        List<List<string>> pages = [];
        string token = "";
        do
        {
            var page = new AdminLists(cluster.Overview).Experts(new ListExpertsRequest { PageSize = size, PageToken = token });
            pages.Add([.. page.Experts.Select(e => e.Name)]);
            token = page.NextPageToken;
        }
        while (token.Length > 0);

        return pages;
    }

    private static AdminCluster Many(int experts) => new(Names(experts));

    private static (string Expert, string Base)[] Names(int count) => [.. Enumerable.Range(0, count).Select(i => ($"e{i}", "demo"))];
}
