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
        request.Sampling.MergeFrom(new Sampling
        {
            PresencePenalty = 0.5f,
            FrequencyPenalty = -0.5f,
            LogitBias = { { 8, -1 }, { 7, 2 } },
            AllowedTokenIds = { 4, 5 },
            MinTokens = 3,
            TopLogprobs = 2,
        });
        request.ResumeTokens.AddRange([7, 8]);

        var mapped = Map(request);

        var sampling = mapped.Sampling;
        Assert.Equal((0.5f, 3, 0.75f, 0.25f, 1.5f, 9ul), (sampling.Temperature, sampling.TopK, sampling.TopP, sampling.MinP, sampling.RepetitionPenalty, sampling.Seed));
        Assert.Equal((0.5f, -0.5f, 3, 2), (sampling.PresencePenalty, sampling.FrequencyPenalty, sampling.MinTokens, sampling.TopLogProbabilities));
        Assert.Equal([new(7, 2), new(8, -1)], sampling.LogitBias);
        Assert.Equal([4, 5], sampling.AllowedTokens);
        Assert.Empty(mapped.EndTokens);
        Assert.Equal(["x", "yz"], mapped.Stop);
        Assert.Equal([7, 8], mapped.Resume);
    }

    /// <summary>The base's own are 2 and 3; special tokens are called by their ids and give no text.</summary>
    [Theory]
    [InlineData(false, new int[0], new string[0], new[] { 2, 3 })]
    [InlineData(false, new[] { 9, 2 }, new string[0], new[] { 2, 3, 9 })]
    [InlineData(true, new int[0], new string[0], new int[0])]
    [InlineData(true, new[] { 9 }, new[] { "<5>", "<5", "x", "<100000>" }, new[] { 5, 9 })]
    [InlineData(false, new int[0], new[] { "<5>" }, new[] { 2, 3, 5 })]
    public void Map_StopTokensAndSpecialTokensAsStopTexts_EndTheText(bool ignoresEnd, int[] tokens, string[] stop, int[] expected)
    {
        var request = Plans.Of(_law);
        request.Sampling = new Sampling { IgnoreEos = ignoresEnd, StopTokenIds = { tokens }, Stop = { stop } };

        var mapped = Map(request);

        Assert.Equal(expected, mapped.EndTokens.Order());
        Assert.Equal(stop, mapped.Stop);
    }

    [Fact]
    public void Map_StopTokenThatIsNone_IsNamed()
    {
        var request = Plans.Of(_law);
        request.Sampling = new Sampling { StopTokenIds = { 100_000 } };

        Assert.StartsWith("stop_token_ids has token 100000; base small has tokens from 0 to ", Refusal(request).Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(WrongLists))]
    public void CheckSampling_ListBeyondItsLimit_IsNamed(Sampling sampling, string message) =>
        Assert.StartsWith(message, Assert.Throws<RequestRefusedException>(() => GenerationMapper.CheckSampling(sampling)).Message, StringComparison.Ordinal);

    public static TheoryData<Sampling, string> WrongLists => new()
    {
        { new() { BadWords = { Enumerable.Repeat("x", 129) } }, "bad_words has 129 texts; at most 128 are taken" },
        { new() { BadWords = { " " } }, "bad_words has a text of 1 characters; 1 to 256 are taken, not all of them blank" },
        { new() { BadWords = { new string('x', 257) } }, "bad_words has a text of 257 characters; 1 to 256 are taken" },
        { new() { StopTokenIds = { Enumerable.Repeat(1, 129) } }, "stop_token_ids has 129 tokens; at most 128 are taken" },
        { new() { StopTokenIds = { -1 } }, "stop_token_ids has token -1; it must be 0 or above" },
        { new() { AllowedTokenIds = { Enumerable.Repeat(1, 16385) } }, "allowed_token_ids has 16385 tokens; at most 16384 are taken" },
        { new() { MinTokens = 9, MaxTokens = 8 }, "min_tokens is 9; it must be at most max_tokens" },
        { new() { LogitBias = { { 4, float.NaN } } }, "logit_bias gives token 4 a bias of NaN; it must be from -100 to 100" },
    };

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

    [Theory]
    [InlineData(MergeScope.Request)]
    [InlineData(MergeScope.Token)]
    public void Map_GeneralistWeight_IsABranchOfTheBaseMoreAndAProduct(MergeScope scope)
    {
        var request = Plans.Of(MergeMode.Route, scope, _law);
        request.GeneralistWeight = 0.5;

        var mapped = Map(request);

        Assert.Equal((BranchMerging.Product, 2), (mapped.Merging, mapped.Branches.Count));
        Assert.Equal([1, 0.5], mapped.Branches.Select(b => b.Weight));
        Assert.Equal(scope == MergeScope.Token, mapped.Branches[0].Gate is not null);
        Assert.Equal((0, null), (mapped.Branches[1].Mix.Count, mapped.Branches[1].Gate));
        Assert.Equal(BranchMerging.Mean, Map(Plans.Of(MergeMode.Route, scope, _law)).Merging);
    }

    [Fact]
    public void Map_Hysteresis_IsTheGates()
    {
        var request = Plans.Of(MergeMode.Route, MergeScope.Token, _law, _tax);
        request.K = 1;
        Assert.False(Assert.Single(Map(request).Branches).Gate!.IsSticky);
        request.Hysteresis = 0.1;
        Assert.True(Assert.Single(Map(request).Branches).Gate!.IsSticky);
    }

    [Theory]
    [InlineData(MergeMode.Route, 4.5, 0, "generalist_weight is 4.5; it must be from 0 to 4")]
    [InlineData(MergeMode.Route, double.NaN, 0, "generalist_weight is NaN; it must be from 0 to 4")]
    [InlineData(MergeMode.Route, 0, -0.5, "hysteresis is -0.5; it must be from 0 to 1")]
    [InlineData(MergeMode.Mix, 0, 0.5, "generalist_weight and hysteresis are for mode route; the mode is Mix")]
    [InlineData(MergeMode.Ensemble, 0.5, 0, "generalist_weight and hysteresis are for mode route; the mode is Ensemble")]
    public void Map_NumbersThatCannotBe_AreNamed(MergeMode mode, double weight, double hysteresis, string message)
    {
        var request = Plans.Of(mode, MergeScope.Request, _law);
        (request.GeneralistWeight, request.Hysteresis) = (weight, hysteresis);

        Assert.Equal((StatusCode.InvalidArgument, message), Refusal(request));
    }

    [Fact]
    public async Task Map_EnsembleAtTokenScope_IsABranchEachWeighedByTheGate()
    {
        var mapped = Map(Plans.Of(MergeMode.Ensemble, MergeScope.Token, _tax, _law, _alone));

        Assert.Equal([_tax.Adapter, _law.Adapter, null], mapped.Branches.Select(b => b.Mix.Count == 0 ? null : Assert.Single(b.Mix).Adapter));
        Assert.All(mapped.Branches, branch => Assert.Null(branch.Gate));
        Assert.Same((await _host.Gates.EnterAsync(SmallModels.Base, ""))!.Value, mapped.BranchGate!.Scorer);
        Assert.Null(Map(Plans.Of(MergeMode.Ensemble, MergeScope.Request, _tax, _law)).BranchGate);
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
