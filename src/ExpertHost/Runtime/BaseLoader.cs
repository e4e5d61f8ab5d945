using ExpertCluster.Cluster.Catalogue;
using ExpertCluster.Cluster.Hosting;
using ExpertCluster.Inference.Batching;
using ExpertCluster.Inference.Generation;

namespace ExpertCluster.ExpertHost.Runtime;

/// <summary>
/// Loads every base of the catalogue when the process starts, so that an expert whose host died finds its base ready
/// on the next one. The host is ready when they are loaded; a base that can't be loaded ends the process.
/// </summary>
internal sealed partial class BaseLoader(
    PreparedCatalogue catalogue, BaseRegistry bases, HostState state, StartFailure failure, TimeProvider time, ILogger<BaseLoader> log) : BackgroundService
{
    private const int WarmUpTokens = 8;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        foreach (var entry in catalogue.Bases)
        {
            stoppingToken.ThrowIfCancellationRequested();
            long start = time.GetTimestamp();
            try
            {
                await WarmUpAsync((await bases.GetAsync(entry.Name)).Engine, stoppingToken);
            }
            catch (Exception error) when (!stoppingToken.IsCancellationRequested)
            {
                LogNotLoaded(log, error, entry.Name);
                failure.Stop($"base '{entry.Name}' can't be loaded: {error.Message}");
                return;
            }

            LogLoaded(log, entry.Name, (long)time.GetElapsedTime(start).TotalMilliseconds);
        }

        state.MarkReady();
    }

    /// <summary>A few tokens, so that code is compiled and weights are paged in before the first caller waits for them.</summary>
    private static async Task WarmUpAsync(Engine engine, CancellationToken cancellation)
    {
        var request = new GenerationRequest
        {
            Prompt = [0, 0],
            MaxTokens = Math.Min(WarmUpTokens, engine.ContextLength - 2),
            Sampling = new SamplingOptions(),
            Branches = [new Branch()],
        };
        await using var tokens = engine.Generate(request, cancellation);
        await foreach (var _ in tokens.WithCancellation(cancellation))
        {
        }
    }

    // The reason goes to standard error; this is for who looks for a fault of ours.
    [LoggerMessage(2202, LogLevel.Debug, "Base {Base} could not be loaded")]
    private static partial void LogNotLoaded(ILogger log, Exception error, string @base);

    [LoggerMessage(2201, LogLevel.Information, "Base {Base} loaded in {Milliseconds} ms")]
    private static partial void LogLoaded(ILogger log, string @base, long milliseconds);
}
