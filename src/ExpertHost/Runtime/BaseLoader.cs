using ExpertCluster.Cluster.Catalogue;
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
    IHostApplicationLifetime lifetime,
    TimeProvider time,
    ILogger<BaseLoader> log) : BackgroundService
{
    private const int WarmUpTokens = 8;

    /// <summary>As for settings that can't be used: starting again does not help.</summary>
    private const int BadBase = 2;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        foreach (var entry in catalogue.Bases)
        {
            try
            {
                await LoadAsync(entry.Name, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                // The process ends; reading on in the background keeps it from nothing.
                return;
            }
            catch (Exception error)
            {
                End(entry.Name, error);
                return;
            }
        }

        state.MarkReady();
    }

    private async Task LoadAsync(string name, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        long start = time.GetTimestamp();
        var runtime = await bases.GetAsync(name).WaitAsync(cancellation);
        await WarmUpAsync(runtime.Engine, cancellation);
        LogLoaded(log, name, (long)time.GetElapsedTime(start).TotalMilliseconds);
    }

    /// <summary>One sentence for whoever started the process; the rest is for whoever asks for it.</summary>
    private void End(string name, Exception error)
    {
        LogFailed(log, name, error);
        string reason = error is CatalogueException ? error.Message : $"base {name} can't be loaded: {error.Message}";
        Console.Error.WriteLine(reason.ReplaceLineEndings(" "));
        Environment.ExitCode = BadBase;
        lifetime.StopApplication();
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

    [LoggerMessage(2202, LogLevel.Debug, "Base {Base} can't be loaded")]
    private static partial void LogFailed(ILogger log, string @base, Exception error);
}
