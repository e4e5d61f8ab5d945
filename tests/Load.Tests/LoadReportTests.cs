using Grpc.Core;

namespace ExpertCluster.Load.Tests;

public sealed class LoadReportTests
{
    private static readonly LoadOptions Options = new()
    {
        Address = "http://127.0.0.1:1",
        Rate = 1,
        Duration = TimeSpan.FromSeconds(10),
        Warmup = TimeSpan.Zero,
        Zipf = 1,
        AutoShare = 0,
        MaxTokens = 8,
        MostOpen = 8,
        FirstTokenLimit = TimeSpan.FromMilliseconds(100),
        TokenGapLimit = TimeSpan.FromMilliseconds(10),
        Seed = 1,
        Prompts = ["a"],
    };

    [Fact]
    public void From_MixedOutcomes_CountsGoodputErrorsAndDrops()
    {
        RequestOutcome[] outcomes =
        [
            Outcome(StatusCode.OK, first: 50, whole: 90, tokens: 5),
            Outcome(StatusCode.OK, first: 150, whole: 190, tokens: 5),
            Outcome(StatusCode.OK, first: 50, whole: 250, tokens: 5),
            Outcome(StatusCode.Unavailable, first: 0, whole: 10, tokens: 0),
        ];

        var report = LoadReport.From(Options, offered: 6, dropped: 2, outcomes, TimeSpan.FromSeconds(10));

        Assert.Equal((6, 2, 3), (report.Offered, report.Dropped, report.Completed));
        Assert.Equal(1, report.Errors["Unavailable"]);
        Assert.Equal(0.1, report.GoodputPerSecond, 9);
        Assert.Equal(1.5, report.TokensPerSecond, 9);
        Assert.Contains("offered 6, completed 3, dropped 2, errors 1", report.ToTable(), StringComparison.Ordinal);
    }

    [Fact]
    public void Of_HundredValues_TakesTheNearestRank()
    {
        var quantiles = Quantiles.Of(Enumerable.Range(1, 100).Select(i => (double)i));

        Assert.Equal(new Quantiles(50, 95, 99), quantiles);
    }

    [Fact]
    public void Of_Nothing_IsZero() => Assert.Equal(new Quantiles(0, 0, 0), Quantiles.Of([]));

    private static RequestOutcome Outcome(StatusCode status, int first, int whole, int tokens) => new()
    {
        Status = status,
        FirstToken = TimeSpan.FromMilliseconds(first),
        Whole = TimeSpan.FromMilliseconds(whole),
        Tokens = tokens,
        GapMilliseconds = [],
    };
}
