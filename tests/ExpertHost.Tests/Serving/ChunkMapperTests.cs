using ExpertCluster.ExpertHost.Serving;
using ExpertCluster.ExpertHost.Tests.Support;
using ExpertCluster.Inference.Generation;
using ExpertCluster.V1;

namespace ExpertCluster.ExpertHost.Tests.Serving;

public sealed class ChunkMapperTests(SmallModels models) : IAsyncLifetime
{
    private readonly HostParts _host = new(models, models.CatalogueOf(
        SmallModels.Alone(SmallModels.Base), SmallModels.Expert("law", models.Law), SmallModels.Expert("general", adapter: null)));

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Append_Tokens_GoOutWithTextAndExperts()
    {
        var law = await _host.LoadAsync("law");
        var mapper = await MapperAsync("law", SmallModels.Base);
        var chunk = new GenerateChunk();

        mapper.Append(chunk, Token(7, "ab", new WeightedAdapter(law.Adapter, 0.75f), new WeightedAdapter(null, 0.25f)));
        mapper.Append(chunk, Token(8, "", new WeightedAdapter(null, 1)));

        Assert.Equal("ab", chunk.Text);
        Assert.Equal(
            [
                new Token { Id = 7, Text = "ab", Logprob = -0.5f, Experts = { Share("law", 0.75), Share("small", 0.25) } },
                new Token { Id = 8, Text = "", Logprob = -0.5f, Experts = { Share("small", 1) } },
            ],
            chunk.Tokens);
        Assert.Equal(V1.FinishReason.Unspecified, chunk.FinishReason);
    }

    /// <summary>The last 256 ids are the bytes.</summary>
    [Fact]
    public async Task Append_LikeliestAreAskedFor_HaveTheirBytes()
    {
        var mapper = await MapperAsync("law");
        var chunk = new GenerateChunk();
        int first = models.Model.Shape.Vocabulary - 256;

        mapper.Append(chunk, Token(first + 0xC3, "") with { Top = [new(first + 'a', -0.5f), new(first + 0xA9, -1)] });
        mapper.Append(chunk, Token(first + 'b', "b") with { Top = [] });

        Assert.Equal((byte[])[0xC3], chunk.Tokens[0].Bytes.ToByteArray());
        Assert.Equal([(first + 'a', -0.5f, "61"), (first + 0xA9, -1f, "A9")], chunk.Tokens[0].Top.Select(t => (t.Id, t.Logprob, Convert.ToHexString(t.Bytes.Span))));
        Assert.True(chunk.Tokens[1].HasBytes);
        Assert.Empty(chunk.Tokens[1].Top);
    }

    [Fact]
    public async Task Append_BaseAloneUnderAnExpertsName_IsToldByThatName()
    {
        var mapper = await MapperAsync("law", "general");
        var chunk = new GenerateChunk();

        mapper.Append(chunk, Token(7, "a", new WeightedAdapter(null, 1)));

        Assert.Equal("general", Assert.Single(chunk.Tokens[0].Experts).Name);
    }

    [Fact]
    public async Task Append_NoExpertIsTheBaseAlone_IsToldByTheBasesName()
    {
        var mapper = await MapperAsync("law");
        var chunk = new GenerateChunk();

        mapper.Append(chunk, Token(7, "a", new WeightedAdapter(null, 1)));

        Assert.Equal(SmallModels.Base, Assert.Single(chunk.Tokens[0].Experts).Name);
    }

    [Theory]
    [InlineData(Inference.Generation.FinishReason.Stop, V1.FinishReason.Stop)]
    [InlineData(Inference.Generation.FinishReason.Length, V1.FinishReason.Length)]
    public async Task Append_LastEntryWithoutAToken_FlushesTextAndSaysWhy(Inference.Generation.FinishReason reason, V1.FinishReason expected)
    {
        var mapper = await MapperAsync("law");
        var chunk = new GenerateChunk();

        mapper.Append(chunk, Token(7, "a"));
        mapper.Append(chunk, Token(-1, "b") with { Finish = reason });

        Assert.Equal("ab", chunk.Text);
        Assert.Single(chunk.Tokens);
        Assert.Equal(expected, chunk.FinishReason);
    }

    /// <summary>Tokens 2 and 3 are the base's own ends; those up to there are special, and called by their numbers.</summary>
    [Theory]
    [InlineData("end", null, 7, false, "end")]
    [InlineData(null, 7, 7, false, "7")]
    [InlineData(null, 3, 3, false, null)]
    [InlineData(null, 3, 3, true, "3")]
    [InlineData(null, 2, 7, false, null)]
    [InlineData(null, 5, 7, false, "<5>")]
    public async Task Append_LastEntry_SaysWhichWishOfTheRequestEndedIt(string? text, int? token, int listed, bool ignoreEos, string? expected)
    {
        var mapper = await MapperAsync(new Sampling { StopTokenIds = { listed }, Stop = { "end", "<5>" }, IgnoreEos = ignoreEos }, "law");
        var chunk = new GenerateChunk();

        mapper.Append(chunk, Token(9, "a"));
        Assert.Null(chunk.Stop);
        mapper.Append(chunk, Token(-1, "") with { Finish = Inference.Generation.FinishReason.Stop, StopText = text, StopToken = token });

        Assert.Equal(expected, chunk.Stop is null ? null : chunk.Stop.HasToken ? $"{chunk.Stop.Token}" : chunk.Stop.Text);
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    private static WeightedExpert Share(string name, double weight) => new() { Name = name, Weight = weight };

    private static GeneratedToken Token(int id, string text, params WeightedAdapter[] experts) =>
        new() { Id = id, Text = text, LogProbability = -0.5f, Experts = experts };

    private Task<ChunkMapper> MapperAsync(params string[] experts) => MapperAsync(new Sampling(), experts);

    private async Task<ChunkMapper> MapperAsync(Sampling sampling, params string[] experts)
    {
        var activations = await Task.WhenAll(experts.Select(e => _host.LoadAsync(e)));
        using var lease = await _host.Plans.OpenAsync(Plans.Of(activations), TestContext.Current.CancellationToken);
        return new ChunkMapper(lease, sampling, []);
    }
}
