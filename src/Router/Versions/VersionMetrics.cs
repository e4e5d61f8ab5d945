using ExpertCluster.Contracts.Completions;
using ExpertCluster.Node.Telemetry;
using ExpertCluster.Router.Telemetry;
using Prometheus;

namespace ExpertCluster.Router.Versions;

/// <summary>
/// What the versions of experts did, for those that have more than one. Experts are bounded by <see cref="LabelLimit"/>, and go with the catalogue's;
/// the rest by enums.
/// </summary>
internal sealed class VersionMetrics
{
    private static readonly HistogramConfiguration Latency = new() { Buckets = LatencyBuckets.Seconds };

    private readonly LabelLimit _experts = new();

    public Counter Requests { get; } = Metrics.CreateCounter(
        MetricNames.VersionRequests, "Requests that ended, by the expert's version and by how: complete, failed, cancelled.", ["expert", "version", "outcome"]);

    public Histogram TimeToFirstToken { get; } = Metrics.CreateHistogram(
        MetricNames.VersionTimeToFirstToken, "Seconds from the plan to the first chunk.", ["expert", "version"], Latency);

    public Counter AnswerTokens { get; } = Metrics.CreateCounter(MetricNames.VersionAnswerTokens, "Tokens of complete answers.", ["expert", "version"]);

    public Counter AnswerSeconds { get; } = Metrics.CreateCounter(
        MetricNames.VersionAnswerSeconds, "Seconds that complete answers took, from the plan to the last chunk.", ["expert", "version"]);

    public Counter CanaryFallbacks { get; } = Metrics.CreateCounter(
        MetricNames.CanaryFallbacks, "Plans in which the stable version stands in for a canary that can't be used.", ["expert"]);

    public Counter ShadowComparisons { get; } = Metrics.CreateCounter(
        MetricNames.ShadowComparisons, "Answers of shadows beside those of the stable version, by whether their texts are equal.", ["expert", "equal"]);

    public Counter Feedback { get; } = Metrics.CreateCounter(
        MetricNames.VersionFeedback, "Answers that callers called good or bad, by the expert's version.", ["expert", "version", "verdict"]);

    public Counter ShadowDrops { get; } = Metrics.CreateCounter(
        MetricNames.ShadowDrops, "Copies for shadows that were left out: as many run as may (full), or requests wait for admission (busy).", ["reason"]);

    public void FellBack(string expert) => CanaryFallbacks.WithLabels(_experts.Of(expert)).Inc();

    public void Ended(string expert, ExpertVersion version, VersionOutcome outcome)
    {
        string[] labels = [_experts.Of(expert), ExpertVersions.NameOf(version)];
        Requests.WithLabels([.. labels, outcome.Kind switch { VersionEnd.Complete => "complete", VersionEnd.Failed => "failed", _ => "cancelled" }]).Inc();
        if (outcome.FirstToken is { } first)
        {
            TimeToFirstToken.WithLabels(labels).Observe(first.TotalSeconds);
        }

        if (outcome.Kind == VersionEnd.Complete)
        {
            AnswerTokens.WithLabels(labels).Inc(outcome.Tokens);
            AnswerSeconds.WithLabels(labels).Inc(outcome.Whole.TotalSeconds);
        }
    }

    public void Compared(string expert, bool equal) => ShadowComparisons.WithLabels(_experts.Of(expert), equal ? "true" : "false").Inc();

    public void Judged(string expert, ExpertVersion version, bool good) =>
        Feedback.WithLabels(_experts.Of(expert), ExpertVersions.NameOf(version), RouterMetrics.VerdictOf(good)).Inc();

    /// <summary>Takes away what is told of others.</summary>
    /// <param name="versions">That the catalogue has.</param>
    public void Keep(IEnumerable<(string Expert, ExpertVersion Version)> versions)
    {
        var kept = versions.Select(v => (_experts.Of(v.Expert), ExpertVersions.NameOf(v.Version))).ToHashSet();
        Remove(Requests, IsKept);
        Remove(TimeToFirstToken, IsKept);
        Remove(AnswerTokens, IsKept);
        Remove(AnswerSeconds, IsKept);
        Remove(Feedback, IsKept);
        Remove(CanaryFallbacks, labels => kept.Contains((labels[0], ExpertVersions.Canary)));
        Remove(ShadowComparisons, labels => kept.Contains((labels[0], ExpertVersions.Shadow)));

        bool IsKept(string[] labels) => kept.Contains((labels[0], labels[1]));
    }

    private static void Remove<T>(Collector<T> collector, Func<string[], bool> isKept)
        where T : ChildBase
    {
        foreach (string[] gone in collector.GetAllLabelValues().Where(labels => !isKept(labels)).ToArray())
        {
            collector.RemoveLabelled(gone);
        }
    }
}
