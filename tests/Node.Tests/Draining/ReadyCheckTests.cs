using ExpertCluster.Node.Draining;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace ExpertCluster.Node.Tests.Draining;

public sealed class ReadyCheckTests
{
    [Theory]
    [InlineData(null, false, null)]
    [InlineData("loading its bases", false, "loading its bases")]
    [InlineData(null, true, "draining")]
    [InlineData("loading its bases", true, "draining")]
    public async Task Check_StateOfTheProgram_IsReadyOrSaysWhyNot(string? lacks, bool drains, string? reason)
    {
        var state = new DrainState();
        if (drains)
        {
            state.Begin();
        }

        var result = await new ReadyCheck(state, new Readiness(lacks)).CheckHealthAsync(new HealthCheckContext(), TestContext.Current.CancellationToken);

        Assert.Equal(reason, result.Description);
        Assert.Equal(reason is null ? HealthStatus.Healthy : HealthStatus.Unhealthy, result.Status);
    }

    private sealed class Readiness(string? lacks) : IReadiness
    {
        public string? Lacks => lacks;
    }
}
