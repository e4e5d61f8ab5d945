using ExpertCluster.Node.Telemetry;
using Prometheus;

namespace ExpertCluster.ExpertHost.Telemetry;

/// <summary>What a host counts. Labels are bounded by <see cref="LabelLimit"/>.</summary>
internal sealed class HostMetrics
{
    private static readonly string[] BaseLabel = ["base"];
    private static readonly string[] EncoderLabel = ["encoder"];

    private readonly LabelLimit _experts = new();
    private readonly LabelLimit _encoders = new();

    public Counter PromptTokens { get; } = Metrics.CreateCounter(MetricNames.PromptTokens, "Prompt tokens read.", BaseLabel);

    public Counter GenerationTokens { get; } = Metrics.CreateCounter(MetricNames.GenerationTokens, "Tokens generated.", BaseLabel);

    public Counter TokensByExpert { get; } =
        Metrics.CreateCounter(MetricNames.TokensByExpert, "Tokens by the expert that gave them, by share where several did.", ["expert"]);

    public Counter Success { get; } =
        Metrics.CreateCounter(MetricNames.Success, "Requests that ended by themselves.", ["finished_reason"]);

    public Gauge Running { get; } = Metrics.CreateGauge(MetricNames.Running, "Sequences that run.", BaseLabel);

    public Gauge Waiting { get; } = Metrics.CreateGauge(MetricNames.Waiting, "Requests that wait for a slot.", BaseLabel);

    public Gauge Paused { get; } = Metrics.CreateGauge(
        MetricNames.SequencesPaused, "Of the sequences that run, those that wait for a reader that lags behind.", BaseLabel);

    public Gauge CacheUsage { get; } = Metrics.CreateGauge(MetricNames.CacheUsage, "Share of the KV cache in use, 0 to 1.", BaseLabel);

    public Gauge KvBytes { get; } = Metrics.CreateGauge(MetricNames.KvBytes, "Bytes of the KV cache, all slots in use.", BaseLabel);

    public Counter PrefixQueries { get; } = Metrics.CreateCounter(
        MetricNames.PrefixQueries, "Prompt tokens looked up in the prefix cache.", BaseLabel);

    public Counter PrefixHits { get; } = Metrics.CreateCounter(
        MetricNames.PrefixHits, "Prompt tokens found in the prefix cache, and not computed again.", BaseLabel);

    public Gauge PrefixBytes { get; } = Metrics.CreateGauge(MetricNames.PrefixBytes, "Bytes of the prefix cache in use.", BaseLabel);

    public Counter DraftTokens { get; } = Metrics.CreateCounter(MetricNames.DraftTokens, "Tokens guessed.", BaseLabel);

    public Counter AcceptedDraftTokens { get; } = Metrics.CreateCounter(
        MetricNames.AcceptedDraftTokens, "Guesses that held: tokens without a step of their own.", BaseLabel);

    public Gauge LoraRequests { get; } = Metrics.CreateGauge(
        MetricNames.LoraRequests,
        "Adapters that requests run with and wait for; the value is the unix time of this state.",
        ["max_lora", "running_lora_adapters", "waiting_lora_adapters"]);

    public Gauge AdaptersRegistered { get; } = Metrics.CreateGauge(
        MetricNames.AdaptersRegistered, "Adapters (by content) that the host can serve.", BaseLabel);

    public Gauge AdaptersInRuntime { get; } = Metrics.CreateGauge(
        MetricNames.AdaptersInRuntime, "Adapters in the runtime's places.", BaseLabel);

    public Gauge AdapterHostBytes { get; } = Metrics.CreateGauge(
        MetricNames.AdapterHostBytes, "Bytes of adapters in host memory.", BaseLabel);

    public Counter AdapterReads { get; } = Metrics.CreateCounter(
        MetricNames.AdapterReads, "Adapters read from disk again because a request needed them.", BaseLabel);

    public Counter AdapterEvictions { get; } = Metrics.CreateCounter(
        MetricNames.AdapterEvictions, "Adapters that left the runtime for another.", BaseLabel);

    public Counter ColdRequests { get; } = Metrics.CreateCounter(
        MetricNames.ColdRequests, "Requests that waited for an expert that was not in memory.", BaseLabel);

    public Gauge ExpertLoaded { get; } = Metrics.CreateGauge(MetricNames.ExpertLoaded, "1 for every expert that is in memory here.", ["expert"]);

    public Histogram TimeToFirstToken { get; } = Metrics.CreateHistogram(
        MetricNames.TimeToFirstToken, "Seconds from a request's arrival to its first token.", new HistogramConfiguration { Buckets = LatencyBuckets.Seconds });

    public Histogram InterTokenLatency { get; } = Metrics.CreateHistogram(
        MetricNames.InterTokenLatency, "Seconds between two tokens of a stream.", new HistogramConfiguration { Buckets = LatencyBuckets.Seconds });

    public Histogram EndToEnd { get; } = Metrics.CreateHistogram(
        MetricNames.EndToEnd, "Seconds from a request's arrival to its end.", new HistogramConfiguration { Buckets = LatencyBuckets.Seconds });

    public Histogram StepRows { get; } = Metrics.CreateHistogram(
        MetricNames.StepRows,
        "Rows of a step: tokens decoded and prompt tokens read.",
        BaseLabel,
        new HistogramConfiguration { Buckets = Histogram.ExponentialBuckets(1, 2, 10) });

    public Histogram StepSeconds { get; } = Metrics.CreateHistogram(
        MetricNames.StepSeconds, "Seconds of a step, gates and sampling included.", BaseLabel, new HistogramConfiguration { Buckets = LatencyBuckets.Seconds });

    public Gauge DeviceMemory { get; } = Metrics.CreateGauge(MetricNames.DeviceMemory, "Bytes of a device's memory that are free, and used by whomever.", ["device", "state"]);

    public Gauge DeviceUse { get; } = Metrics.CreateGauge(MetricNames.DeviceUse, "Share of the time in which a device computed, 0 to 1.", ["device"]);

    public Counter Contributions { get; } = Metrics.CreateCounter(
        MetricNames.Contributions, "Tokens of other hosts' answers that this host gave its part of.", BaseLabel);

    public Counter ContributorsLost { get; } = Metrics.CreateCounter(
        MetricNames.ContributorsLost, "Hosts that stopped contributing to an answer of this host, by the base that they ran.", BaseLabel);

    public Counter ContributionsMissed { get; } = Metrics.CreateCounter(
        MetricNames.ContributionsMissed, "Tokens that were drawn here without a part that another host was late with, by the base of that part.", BaseLabel);

    public Counter EncodedTexts { get; } = Metrics.CreateCounter(MetricNames.EncodedTexts, "Texts and pairs of texts that encoders read.", EncoderLabel);

    public Counter EncodedTokens { get; } = Metrics.CreateCounter(MetricNames.EncodedTokens, "Tokens that encoders read.", EncoderLabel);

    public Histogram EncodeSeconds { get; } = Metrics.CreateHistogram(
        MetricNames.EncodeSeconds, "Seconds of a call for an encoder that is open, waiting included.", EncoderLabel, new HistogramConfiguration { Buckets = LatencyBuckets.Seconds });

    public Counter StructuredRequests { get; } = Metrics.CreateCounter(
        MetricNames.StructuredRequests, "Requests with a structure of their answer: kept (one that was asked for before), compiled, refused.", ["base", "outcome"]);

    public Histogram StructureSeconds { get; } = Metrics.CreateHistogram(
        MetricNames.StructureSeconds, "Seconds to compile a structure, waiting included.", BaseLabel, new HistogramConfiguration { Buckets = LatencyBuckets.Seconds });

    /// <summary>A call was answered.</summary>
    public void Encoded(string encoder, int texts, int tokens, TimeSpan took)
    {
        string label = _encoders.Of(encoder);
        EncodedTexts.WithLabels(label).Inc(texts);
        EncodedTokens.WithLabels(label).Inc(tokens);
        EncodeSeconds.WithLabels(label).Observe(took.TotalSeconds);
    }

    public ObservedGeneration Begin(string baseName, int promptTokens, TimeProvider time)
    {
        PromptTokens.WithLabels(baseName).Inc(promptTokens);
        return new ObservedGeneration(this, baseName, time);
    }

    /// <summary>The label value for an expert's name.</summary>
    public string Label(string expert) => _experts.Of(expert);
}
