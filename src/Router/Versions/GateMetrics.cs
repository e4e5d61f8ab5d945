using ExpertCluster.Node.Telemetry;
using ExpertCluster.Router.Telemetry;
using Prometheus;

namespace ExpertCluster.Router.Versions;

/// <summary>What the gates did: the one that plans, and the candidate for its place.</summary>
internal sealed class GateMetrics
{
    private readonly Counter _plans = Metrics.CreateCounter(MetricNames.GatePlans, "Requests that a gate planned: stable, or the candidate for its place.", ["gate"]);

    private readonly Counter _feedback = Metrics.CreateCounter(
        MetricNames.GateFeedback, "Answers that callers called good or bad, by the gate that planned them.", ["gate", "verdict"]);

    private readonly Counter _shadow = Metrics.CreateCounter(
        MetricNames.GateShadow, "Requests of the stable gate that the candidate saw a copy of: agreed, disagreed, failed; dropped where enough others waited.", ["outcome"]);

    private readonly Counter _fallbacks = Metrics.CreateCounter(MetricNames.GateFallbacks, "Requests that were the candidate's and fell to the stable gate.");

    public void Planned(bool isCandidate) => _plans.WithLabels(NameOf(isCandidate)).Inc();

    public void Judged(bool isCandidate, bool good) => _feedback.WithLabels(NameOf(isCandidate), RouterMetrics.VerdictOf(good)).Inc();

    public void Compared(bool isSame) => _shadow.WithLabels(isSame ? "agreed" : "disagreed").Inc();

    public void Dropped() => _shadow.WithLabels("dropped").Inc();

    public void Failed() => _shadow.WithLabels("failed").Inc();

    public void FellBack() => _fallbacks.Inc();

    private static string NameOf(bool isCandidate) => isCandidate ? "candidate" : "stable";
}
