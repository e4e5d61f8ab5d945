using ExpertCluster.Catalogue;
using ExpertCluster.Catalogue.Prepared;
using ExpertCluster.Inference.Batching;
using ExpertCluster.Inference.Generation;

namespace ExpertCluster.ExpertHost.Runtime;

/// <summary>
/// Loads every base of the catalogue when the process starts, so that an expert whose host died finds its base ready
/// on the next one. The host is ready when they are loaded; a base that can't be loaded ends the
/// process with one sentence.
/// </summary>
internal sealed partial class BaseLoader(
    PreparedCatalogue catalogue,
    BaseRegistry bases,
    HostState state,
    TimeProvider time,
    ILogger<BaseLoader> log) : BackgroundService
{
    private const int WarmUpTokens = 8;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        foreach (var entry in catalogue.Bases)
        {
            try
            {
                await LoadAsync(entry.Name, stoppingToken);
            }
            catch (Exception error) when (error is not (OperationCanceledException or OutOfMemoryException))
            {
                throw error as CatalogueException
                    ?? new CatalogueException($"base {entry.Name} can't be loaded: {error.Message.ReplaceLineEndings(" ")}", error);
            }
        }

        state.MarkReady();
    }

    private async Task LoadAsync(string name, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        long start = time.GetTimestamp();

        // A host that is told to stop does not wait for the end of a file of gigabytes.
        var runtime = await bases.GetAsync(name).WaitAsync(cancellation);
        await WarmUpAsync(runtime.Engine, cancellation);
        LogLoaded(log, name, (long)time.GetElapsedTime(start).TotalMilliseconds);
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

    [LoggerMessage(2201, LogLevel.Information, "Base {Base} loaded in {Milliseconds} ms")]
    private static partial void LogLoaded(ILogger log, string @base, long milliseconds);
}
