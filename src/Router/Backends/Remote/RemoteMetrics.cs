using ExpertCluster.Node.Telemetry;
using Prometheus;

namespace ExpertCluster.Router.Backends.Remote;

/// <summary>What a router counts of remote models. Labels are experts of the catalogue, and the outcomes of <see cref="RemoteFailures"/>.</summary>
internal sealed class RemoteMetrics
{
    private const string Answered = "answered";

    private readonly LabelLimit _experts = new();
    private readonly Counter _calls = Metrics.CreateCounter(
        MetricNames.RemoteCalls,
        "Calls of remote models by how they ended: answered; refused, busy, failed, late or broken (by the model); cancelled (by the caller); held (back by a bound of this router).",
        ["expert", "outcome"]);

    private readonly Counter _tokens = Metrics.CreateCounter(MetricNames.RemoteTokens, "Tokens that remote models charged for.", ["expert", "kind"]);

    private readonly Gauge _resting = Metrics.CreateGauge(MetricNames.RemoteResting, "1 for a remote model that failed too often and is left alone for a while.", ["expert"]);

    public const string Cancelled = "cancelled";
    public const string Held = "held";

    public void Ended(string expert, string? outcome = null) => _calls.WithLabels(_experts.Of(expert), outcome ?? Answered).Inc();

    public void Spent(string expert, int prompt, int completion)
    {
        string label = _experts.Of(expert);
        _tokens.WithLabels(label, "prompt").Inc(prompt);
        _tokens.WithLabels(label, "completion").Inc(completion);
    }

    public void Resting(string expert, bool rests) => _resting.WithLabels(_experts.Of(expert)).Set(rests ? 1 : 0);

    /// <summary>The catalogue has it no more.</summary>
    public void Forget(string expert) => _resting.RemoveLabelled(_experts.Of(expert));
}
