using ExpertCluster.Contracts;
using ExpertCluster.Inference.Errors;
using ExpertCluster.Inference.Generation;
using ExpertCluster.Inference.Sampling;
using ExpertCluster.Inference.Tests.Support;
using static ExpertCluster.Inference.Tests.Support.Requests;

namespace ExpertCluster.Inference.Tests.Batching;

public sealed class FilterTests
{
    [Theory]
    [InlineData(0f)]
    [InlineData(1f)]
    public async Task Generate_FilterThatReadsTheTokensSoFar_NeverRepeatsOne(float temperature)
    {
        await using var engine = Start(new HashRunner(2, vocabulary: 64), filters: [.. LogitsFilters.BuiltIn, new BanFilter(readsSeen: true)]);

        int[] given = (await engine.Generate(Request([1, 2], maxTokens: 40) with
        {
            Sampling = new SamplingOptions { Temperature = temperature, Extra = BanFilter.Of(8) },
        }).ReadAsync()).Ids();

        Assert.Equal(40, given.Distinct().Count());
        Assert.All(given, id => Assert.True(id >= 8));
    }

    [Fact]
    public async Task Generate_FilterThatARequestDoesNotAskFor_ChangesNothing()
    {
        var request = Request([1, 2], maxTokens: 40) with { Sampling = new SamplingOptions { Temperature = 0.8f, TopK = 10, Seed = 4, RepetitionPenalty = 1.1f } };
        await using var plain = Start(new HashRunner(2));
        await using var more = Start(new HashRunner(2), filters: [.. LogitsFilters.BuiltIn, new BanFilter(readsSeen: true)]);

        Assert.Equal((await plain.Generate(request).ReadAsync()).Ids(), (await more.Generate(request).ReadAsync()).Ids());
    }

    [Fact]
    public async Task Generate_ParametersThatAreChangedLater_StayAsTheyWere()
    {
        var extra = new Dictionary<string, double> { [BanFilter.Below] = 8 };
        var runner = new HashRunner(2, vocabulary: 64).Stepwise();
        await using var engine = Start(runner, filters: [.. LogitsFilters.BuiltIn, new BanFilter()]);
        var stream = engine.Generate(Request([1]) with { Sampling = new SamplingOptions { Extra = extra } });
        extra.Clear();
        runner.RunFreely();

        Assert.All((await stream.ReadAsync()).Ids(), id => Assert.True(id >= 8));
    }

    [Fact]
    public async Task Generate_FilterLeavesNothing_FailsThatOneAlone()
    {
        await using var engine = Start(new HashRunner(2, vocabulary: 64), filters: [.. LogitsFilters.BuiltIn, new BanFilter()]);
        var failing = engine.Generate(Request([1]) with { Sampling = new SamplingOptions { Extra = BanFilter.Of(64) } });
        var other = engine.Generate(Request([1]));

        var error = await Assert.ThrowsAsync<StepFailedException>(failing.ReadAsync);
        Assert.Contains("filter ban left no candidate", error.Message, StringComparison.Ordinal);
        Assert.Equal(8, (await other.ReadAsync()).Count);
    }

    [Theory]
    [InlineData("ban_below", -1, "extra.ban_below is -1; it must be 0 or above")]
    [InlineData("ban_above", 1, "extra has 'ban_above'; filters here read ban_below")]
    public async Task Generate_ParameterOutOfRangeOrUnknown_IsRefusedByName(string name, double value, string expected)
    {
        await using var engine = Start(new HashRunner(2), filters: [.. LogitsFilters.BuiltIn, new BanFilter()]);
        var request = Request([1]) with { Sampling = new SamplingOptions { Extra = new Dictionary<string, double> { [name] = value } } };

        Assert.Equal([expected], Assert.Throws<InvalidGenerationException>(() => engine.Generate(request)).Failures);
    }

    [Fact]
    public void Start_OrderThatNamesNoFilter_IsRefused() => Assert.Contains(
        "Filters is ban; known are allowed_token_ids",
        Assert.Throws<SetupException>(() => Start(new HashRunner(2), Options with { Filters = ["ban"] })).Message,
        StringComparison.Ordinal);
}
