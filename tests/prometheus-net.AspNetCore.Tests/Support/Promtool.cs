using ExpertCluster.TestSupport;

namespace Prometheus.Tests.Support;

/// <summary>Prometheus' own linter.</summary>
internal static class Promtool
{
    /// <summary>Exit code and complaints of <c>promtool check metrics</c>.</summary>
    public static async Task<(int Code, string Output)> CheckMetricsAsync(string exposition)
    {
        Tool.Require("promtool");
        var (code, output, errors) = await Tool.TryAsync(
            "promtool", ["check", "metrics"], input: exposition, cancellationToken: TestContext.Current.CancellationToken);
        return (code, output + errors);
    }
}
