using ExpertCluster.Node.Telemetry;
using Prometheus;

namespace ExpertCluster.Cli.Running;

/// <summary>What a keeper counts: whether the catalogue becomes what its file and the admin API want.</summary>
internal sealed class KeeperMetrics(IMetricFactory factory, TimeProvider time)
{
    /// <summary>From a look that changes nothing to a base that is fetched and imported.</summary>
    private static readonly double[] Seconds = [0.1, 0.3, 1, 3, 10, 30, 100, 300, 1000, 3000, 10000];

    public Counter Preparations { get; } = factory.CreateCounter(
        MetricNames.KeeperPreparations, "Preparations by what came of them: changed, same (nothing to change), failed (the catalogue stays as it was).", ["outcome"]);

    public Histogram PreparationSeconds { get; } = factory.CreateHistogram(
        MetricNames.KeeperPreparationSeconds, "Seconds of a preparation.", new HistogramConfiguration { Buckets = Seconds });

    public Gauge LastSuccess { get; } = factory.CreateGauge(MetricNames.KeeperLastSuccess, "Unix time of the last preparation that did not fail.");

    public Gauge Failing { get; } = factory.CreateGauge(MetricNames.KeeperFailing, "1 while the last preparation failed.");

    public Counter Publications { get; } = factory.CreateCounter(MetricNames.KeeperPublications, "Copies into a bucket by what came of them: done, failed.", ["outcome"]);

    /// <summary>Counts what one preparation comes to.</summary>
    /// <param name="prepare">Gives whether the catalogue changed.</param>
    public bool Prepare(Func<bool> prepare)
    {
        long start = time.GetTimestamp();
        try
        {
            bool changed = prepare();
            Preparations.WithLabels(changed ? "changed" : "same").Inc();
            LastSuccess.Set(time.GetUtcNow().ToUnixTimeMilliseconds() / 1000.0);
            Failing.Set(0);
            return changed;
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            Preparations.WithLabels("failed").Inc();
            Failing.Set(1);
            throw;
        }
        finally
        {
            PreparationSeconds.Observe(time.GetElapsedTime(start).TotalSeconds);
        }
    }

    /// <summary>Counts what one copy comes to.</summary>
    public async Task PublishAsync(Func<Task> publish)
    {
        try
        {
            await publish();
            Publications.WithLabels("done").Inc();
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            Publications.WithLabels("failed").Inc();
            throw;
        }
    }
}
