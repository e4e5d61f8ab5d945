using ExpertCluster.Contracts.Completions;
using ExpertCluster.Router.Apis.Grpc;
using ExpertCluster.Router.Backends.Hosts;

namespace ExpertCluster.Router.Tests.Backends.Hosts;

/// <summary>How tokens are drawn is told to hosts in the same message as clients tell it to routers.</summary>
public sealed class HostSamplingTests
{
    [Fact]
    public void Of_EveryField_ComesBackAsItWas()
    {
        var sampling = new Sampling
        {
            MaxTokens = 9,
            Temperature = 0.5f,
            TopK = 4,
            TopP = 0.9f,
            MinP = 0.1f,
            RepetitionPenalty = 1.1f,
            PresencePenalty = 0.5f,
            FrequencyPenalty = -0.5f,
            LogitBias = new Dictionary<int, float> { [7] = -100, [8] = 2.5f },
            AllowedTokens = [7, 8, 9],
            BadWords = ["x", " y"],
            MinTokens = 2,
            StopTokens = [5, 6],
            TopLogprobs = 3,
            Seed = ulong.MaxValue,
            Stop = ["."],
            IgnoreEos = true,
            Extra = new Dictionary<string, double> { ["top_n_sigma"] = 1.5 },
        };

        Assert.Equivalent(sampling, WireSampling.Read(HostSampling.Of(sampling)), strict: true);
        Assert.All(typeof(Sampling).GetProperties(), property => Assert.NotEqual(property.GetValue(Sampling.Default), property.GetValue(sampling)));
    }

    [Fact]
    public void Of_NothingGiven_ComesBackAsTheDefault() =>
        Assert.Equivalent(Sampling.Default, WireSampling.Read(HostSampling.Of(Sampling.Default)), strict: true);

    [Fact]
    public void Of_ZerosThatAreGiven_AreTold()
    {
        var sampling = new Sampling { TopK = 0, MinTokens = 0, TopLogprobs = 0, Temperature = 0, PresencePenalty = 0, FrequencyPenalty = 0 };

        Assert.Equivalent(sampling, WireSampling.Read(HostSampling.Of(sampling)), strict: true);
    }
}
