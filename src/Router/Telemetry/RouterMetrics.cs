using ExpertCluster.Catalogue.Snapshots;
using ExpertCluster.Contracts.Completions;
using ExpertCluster.Contracts.Routing;
using ExpertCluster.Node.Telemetry;
using Prometheus;

namespace ExpertCluster.Router.Telemetry;

/// <summary>What a router counts. Labels are bounded by <see cref="LabelLimit"/>, statuses and scopes by their enums.</summary>
internal sealed class RouterMetrics(ICatalogueSource catalogue)
{
    private static readonly HistogramConfiguration Latency = new() { Buckets = LatencyBuckets.Seconds };

    /// <summary>What a name outside the catalogue counts as: names that clients make up must not use up the labels.</summary>
    private const string Unknown = "unknown";

    private readonly LabelLimit _models = new();
    private readonly LabelLimit _unavailable = new();
    private readonly LabelLimit _merges = new(32);

    public Counter Requests { get; } =
        Metrics.CreateCounter(MetricNames.Requests, "Requests by the model asked for and by gRPC status.", ["model", "status"]);

    public Gauge InFlight { get; } = Metrics.CreateGauge(MetricNames.RequestsInFlight, "Requests admitted and not yet ended.");

    public Gauge Running { get; } = Metrics.CreateGauge(MetricNames.Running, "Requests that stream from a host.");

    public Gauge Waiting { get; } = Metrics.CreateGauge(MetricNames.Waiting, "Requests that wait for admission.");

    public Counter Plans { get; } = Metrics.CreateCounter(MetricNames.Plans, "Plans by merge mode and scope.", ["mode", "scope"]);

    public Counter Fallbacks { get; } = Metrics.CreateCounter(MetricNames.Fallbacks, "Plans that are not simply the gate's choice.", ["reason"]);

    public Counter DispatchRetries { get; } =
        Metrics.CreateCounter(MetricNames.DispatchRetries, "Further tries to find a host for a request.");

    public Counter Replans { get; } =
        Metrics.CreateCounter(MetricNames.Replans, "Plans made anew because an expert of the first could not be used, or hosts had another catalogue.");

    public Counter StreamResumes { get; } =
        Metrics.CreateCounter(MetricNames.StreamResumes, "Answers that another host went on with because the first one was lost.");

    public Counter SuspectRequests { get; } = Metrics.CreateCounter(
        MetricNames.SuspectRequests,
        "Requests that hosts were lost over before their first token: suspected, then cleared by another host's token or convicted by its loss; and refused since.",
        ["outcome"]);

    public Gauge RefusedTexts { get; } = Metrics.CreateGauge(MetricNames.RefusedTexts, "Texts that are refused now because hosts were lost over them.");

    public Histogram GateSeconds { get; } = Metrics.CreateHistogram(
        MetricNames.GateSeconds,
        "Seconds to score a request.",
        new HistogramConfiguration { Buckets = Histogram.ExponentialBuckets(0.00001, 2, 16) });

    public Counter GateFailures { get; } =
        Metrics.CreateCounter(MetricNames.GateFailures, "Requests that the gate failed at; the generalist answers them.");

    public Counter GatewayRequests { get; } = Metrics.CreateCounter(
        MetricNames.GatewayRequests, "Requests with a body that gateways asked about: gated (the gate chose), named (their clients did), passed (on as they came), refused.", ["outcome"]);

    public Counter Feedback { get; } = Metrics.CreateCounter(MetricNames.Feedback, "Answers that callers called good or bad, by who answered.", ["expert", "verdict"]);

    public Histogram GateTopScore { get; } = Metrics.CreateHistogram(
        MetricNames.GateTopScore, "The gate's largest probability.", new HistogramConfiguration { Buckets = Histogram.LinearBuckets(0.1, 0.1, 10) });

    public Histogram GateEntropy { get; } = Metrics.CreateHistogram(
        MetricNames.GateEntropy, "Entropy of the gate's probabilities, nats.", new HistogramConfiguration { Buckets = Histogram.LinearBuckets(0.25, 0.25, 10) });

    public Histogram TimeToFirstToken { get; } =
        Metrics.CreateHistogram(MetricNames.TimeToFirstToken, "Seconds from a request's arrival to its first chunk.", Latency);

    public Histogram EndToEnd { get; } = Metrics.CreateHistogram(MetricNames.EndToEnd, "Seconds from a request's arrival to its end.", Latency);

    public Gauge ExpertUnavailable { get; } = Metrics.CreateGauge(
        MetricNames.ExpertUnavailable, "1 for every expert that can't be used because of its own content; plans go around it.", ["expert"]);

    public void Planned(Plan plan)
    {
        Plans.WithLabels(_merges.Of(plan.Merge), MergeScopes.NameOf(plan.Scope)).Inc();
        if (plan.Reason.Length > 0)
        {
            Fallbacks.WithLabels(plan.Reason).Inc();
        }
    }

    /// <summary>Says which experts can't be used now, and no longer says so of others. A canary or a shadow is not what plans go around.</summary>
    public void Unavailable(IEnumerable<(string Expert, string Revision)> experts)
    {
        var snapshot = catalogue.Current;
        var now = experts.Where(e => snapshot.FindExpert(e.Expert)?.VersionOf(e.Revision) is not (ExpertVersion.Canary or ExpertVersion.Shadow)).Select(e => _unavailable.Of(e.Expert)).ToHashSet(StringComparer.Ordinal);
        foreach (string[] before in ExpertUnavailable.GetAllLabelValues().Where(labels => !now.Contains(labels[0])).ToArray())
        {
            ExpertUnavailable.RemoveLabelled(before);
        }

        foreach (string expert in now)
        {
            ExpertUnavailable.WithLabels(expert).Set(1);
        }
    }

    public void Gated(GateScores scores, TimeSpan duration)
    {
        GateSeconds.Observe(duration.TotalSeconds);
        GateTopScore.Observe(scores.Ranked[0].Probability);
        GateEntropy.Observe(scores.Entropy);
    }

    public static string VerdictOf(bool good) => good ? "good" : "bad";

    public void Judged(string expert, bool good) => Feedback.WithLabels(Model(expert), VerdictOf(good)).Inc();

    public void GateFailed() => GateFailures.Inc();

    public string Model(string name) => name == CompletionRequest.Auto || catalogue.Current.HasExpert(name) || catalogue.Current.FindEncoder(name) is not null ? _models.Of(name) : Unknown;
}
