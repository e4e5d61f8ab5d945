using ExpertCluster.Catalogue.Snapshots;
using ExpertCluster.ExpertHost.Runtime;
using ExpertCluster.ExpertHost.Serving;
using ExpertCluster.ExpertHost.Tests.Support;
using ExpertCluster.Inference.Generation;
using ExpertCluster.V1;
using Grpc.Core;

namespace ExpertCluster.ExpertHost.Tests.Serving;

public sealed class GenerationMapperTests(SmallModels models) : IAsyncLifetime
{
    private const int Context = 64;

    private readonly HostParts _host = new(
        models,
        models.CatalogueOf(SmallModels.Alone(SmallModels.Base), SmallModels.Expert("law", models.Law), SmallModels.Expert("tax", models.Tax), SmallModels.Expert("poems", models.Law)));

    private ExpertActivation _alone = null!;
    private ExpertActivation _law = null!;
    private ExpertActivation _tax = null!;

    public async ValueTask InitializeAsync() =>
        (_alone, _law, _tax) = (await _host.LoadAsync(SmallModels.Base), await _host.LoadAsync("law"), await _host.LoadAsync("tax"));

    [Fact]
    public void Map_AbsentSampling_IsGreedyUpTo256Tokens()
    {
        var request = Plans.Of(_law);
        request.Sampling = null;

        var mapped = Map(request, context: 1000);

        Assert.Equal(new SamplingOptions { Temperature = 0, TopK = 0, TopP = 1, MinP = 0, RepetitionPenalty = 1 }, mapped.Sampling);
        Assert.Equal(256, mapped.MaxTokens);
        Assert.Equal([2, 3], mapped.EndTokens.Order());
    }

    [Theory]
    [InlineData(null, 54)]
    [InlineData(5, 5)]
    [InlineData(54, 54)]
    [InlineData(55, 54)]
    [InlineData(int.MaxValue, 54)]
    public void Map_MaxTokens_IsCutToWhatTheContextLeaves(int? asked, int expected)
    {
        var request = Plans.Of(_law);
        request.Sampling = asked is { } tokens ? new Sampling { MaxTokens = tokens } : new Sampling();

        Assert.Equal(expected, Map(request).MaxTokens);
    }

    [Fact]
    public void Map_EveryFieldOfSampling_Arrives()
    {
        var request = Plans.Of(_law);
        request.Sampling = new Sampling { Temperature = 0.5f, TopK = 3, TopP = 0.75f, MinP = 0.25f, RepetitionPenalty = 1.5f, Seed = 9, IgnoreEos = true, Stop = { "x", "yz" } };
        request.ResumeTokens.AddRange([7, 8]);

        var mapped = Map(request);

        Assert.Equal(new SamplingOptions { Temperature = 0.5f, TopK = 3, TopP = 0.75f, MinP = 0.25f, RepetitionPenalty = 1.5f, Seed = 9 }, mapped.Sampling);
        Assert.Empty(mapped.EndTokens);
        Assert.Equal(["x", "yz"], mapped.Stop);
        Assert.Equal([7, 8], mapped.Resume);
    }

    [Fact]
    public void Map_RouteToOne_IsOneBranchOfItsAdapter()
    {
        Assert.Equal([new WeightedAdapter(_law.Adapter, 1)], Assert.Single(Map(Plans.Of(_law)).Branches).Mix);
        Assert.Empty(Assert.Single(Map(Plans.Of(_alone)).Branches).Mix);
    }

    [Fact]
    public void Map_Mix_IsOneBranchOfAllWithTheirWeights()
    {
        var request = Plans.Of(MergeMode.Mix, MergeScope.Request, _law, _tax, _alone);
        request.Experts[0].Weight = 0.7;

        Assert.Equal(
            [new WeightedAdapter(_law.Adapter, 0.7f), new WeightedAdapter(_tax.Adapter, 1 / 3f), new WeightedAdapter(null, 1 / 3f)],
            Assert.Single(Map(request).Branches).Mix);
    }

    [Fact]
    public void Map_Ensemble_IsABranchEach()
    {
        var branches = Map(Plans.Of(MergeMode.Ensemble, MergeScope.Request, _law, _alone)).Branches;

        Assert.Equal([0.5, 0.5], branches.Select(b => b.Weight));
        Assert.Equal([new WeightedAdapter(_law.Adapter, 1)], branches[0].Mix);
        Assert.Empty(branches[1].Mix);
    }

    [Theory]
    [InlineData(MergeMode.Route)]
    [InlineData(MergeMode.Mix)]
    public async Task Map_TokenScope_IsAGateOverThePlansExperts(MergeMode mode)
    {
        var gate = Assert.Single(Map(Plans.Of(mode, MergeScope.Token, _law, _tax)).Branches).Gate!;

        Assert.Equal([_law.Adapter!, _tax.Adapter!], gate.Adapters);
        Assert.Same((await _host.Gates.EnterAsync(SmallModels.Base, ""))!.Value, gate.Scorer);
    }

    [Fact]
    public async Task Map_TokenScopeWithAnExpertThatTheGateDoesNotKnow_IsNamed()
    {
        var poems = await _host.LoadAsync("poems");

        Assert.Equal(
            (StatusCode.InvalidArgument, "merge.scope token: the gate doesn't know expert poems, as it has no examples"),
            Refusal(Plans.Of(MergeMode.Mix, MergeScope.Token, _law, poems)));
    }

    [Fact]
    public void Map_TokenScopeWithoutAGate_IsNamed()
    {
        _host.Catalogue.Swap(new CatalogueSnapshot(2, models.CatalogueOf([.. _host.Catalogue.Current.Experts]) with { Gates = null }));

        Assert.Equal(
            (StatusCode.InvalidArgument, "merge.scope token: base small has no token gate, as none of its experts has examples"),
            Refusal(Plans.Of(MergeMode.Mix, MergeScope.Token, _law)));
    }

    [Fact]
    public void Map_RouteToTwo_IsNamed() => Assert.Equal(
        (StatusCode.InvalidArgument, "merge.experts has 2 entries; route at request scope takes one"), Refusal(Plans.Of(_law, _tax)));

    [Theory]
    [InlineData(MergeMode.Ensemble, MergeScope.Token, StatusCode.Unimplemented, "merge.scope token is not built for mode ensemble")]
    [InlineData(MergeMode.Cascade, MergeScope.Request, StatusCode.Unimplemented, "merge.mode cascade is not built yet")]
    [InlineData(MergeMode.Cascade, MergeScope.Token, StatusCode.Unimplemented, "merge.mode cascade is not built yet")]
    [InlineData(MergeMode.Unspecified, MergeScope.Request, StatusCode.InvalidArgument, "is not a plan")]
    [InlineData(MergeMode.Route, MergeScope.Unspecified, StatusCode.InvalidArgument, "is not a plan")]
    [InlineData((MergeMode)77, MergeScope.Request, StatusCode.InvalidArgument, "is not a plan")]
    public void Map_WhatIsNoPlan_SaysWhatIsWrong(MergeMode mode, MergeScope scope, StatusCode code, string problem)
    {
        var (refused, message) = Refusal(Plans.Of(mode, scope, _law));

        Assert.Equal(code, refused);
        Assert.Contains(problem, message, StringComparison.Ordinal);
    }

    [Fact]
    public void CheckSampling_Several_NamesEachField()
    {
        var error = Assert.Throws<RequestRefusedException>(
            () => GenerationMapper.CheckSampling(new Sampling { Temperature = -1, TopP = 2, MaxTokens = 0 }));

        Assert.Equal(StatusCode.InvalidArgument, error.Code);
        Assert.Contains("temperature", error.Message, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("top_p", error.Message, StringComparison.OrdinalIgnoreCase);
        Assert.EndsWith("; max_tokens is 0; it must be 1 or above", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void CheckSampling_WhatIsFineOrAbsent_IsSilent()
    {
        GenerationMapper.CheckSampling(null);
        GenerationMapper.CheckSampling(new Sampling());
        GenerationMapper.CheckSampling(new Sampling { Temperature = 1, TopP = 1, MaxTokens = 1 });
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    private GenerationRequest Map(GenerateRequest request, int context = Context)
    {
        using var lease = _host.Plans.OpenAsync(request, TestContext.Current.CancellationToken).GetAwaiter().GetResult();
        return GenerationMapper.Map(request, lease, [20, 21, 22, 23, 24, 25, 26, 27, 28, 29], context);
    }

    private (StatusCode Code, string Message) Refusal(GenerateRequest request)
    {
        var error = Assert.Throws<RequestRefusedException>(() => Map(request));
        return (error.Code, error.Message);
    }
}
