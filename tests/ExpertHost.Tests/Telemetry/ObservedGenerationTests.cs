using ExpertCluster.ExpertHost.Telemetry;
using ExpertCluster.Inference.Generation;
using Microsoft.Extensions.Time.Testing;

namespace ExpertCluster.ExpertHost.Tests.Telemetry;

/// <summary>The registry is the process's, and other tests count too: each test has a base and experts of its own, or compares sums of one's own times.</summary>
public sealed class ObservedGenerationTests
{
    private readonly HostMetrics _metrics = new();
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void Tokens_Several_CountForTheBaseAndTheirExperts()
    {
        using (var observed = _metrics.Begin("counted", 11, _time))
        {
            observed.Tokens(2);
            observed.Share("counted-law", 0.75);
            observed.Share("counted-tax", 0.25);
            observed.Share("counted-law", 1);
            observed.Tokens(1);
            observed.Tokens(0);
        }

        Assert.Equal(11, _metrics.PromptTokens.WithLabels("counted").Value);
        Assert.Equal(3, _metrics.GenerationTokens.WithLabels("counted").Value);
        Assert.Equal(1.75, _metrics.TokensByExpert.WithLabels("counted-law").Value);
        Assert.Equal(0.25, _metrics.TokensByExpert.WithLabels("counted-tax").Value);
    }

    [Theory]
    [InlineData(FinishReason.Stop, "stop")]
    [InlineData(FinishReason.Length, "length")]
    public void Finish_EachReason_HasItsLabel(FinishReason reason, string label)
    {
        double before = _metrics.Success.WithLabels(label).Value;

        using (var observed = _metrics.Begin("finished", 1, _time))
        {
            observed.Finish(reason);
        }

        Assert.True(_metrics.Success.WithLabels(label).Value >= before + 1);
    }

    [Fact]
    public void Share_MoreExpertsThanLabels_BecomeOther()
    {
        using var observed = _metrics.Begin("labels", 1, _time);
        for (int i = 0; i < 1100; i++)
        {
            observed.Share($"label-{i}", 1);
        }

        Assert.True(_metrics.TokensByExpert.WithLabels("other").Value >= 100);
        Assert.Equal(1, _metrics.TokensByExpert.WithLabels("label-5").Value);
    }
}
