using ExpertCluster.Inference.Adapters;
using ExpertCluster.Inference.Batching;
using ExpertCluster.Inference.Generation;

namespace ExpertCluster.Inference.Tests.Support;

/// <summary>An engine whose runner goes on when the test ends, so that a failed test fails rather than hangs.</summary>
internal sealed class TestEngine(Engine engine, HashRunner runner) : IAsyncDisposable
{
    public AdapterStore Adapters => engine.Adapters;

    public EngineSnapshot Status => engine.Status;

    public GenerationStream Generate(GenerationRequest request, CancellationToken cancellationToken = default) =>
        engine.Generate(request, cancellationToken);

    public Task DrainAsync(CancellationToken cancellationToken = default) => engine.DrainAsync(cancellationToken).WaitAsync(Requests.Watchdog, CancellationToken.None);

    public ValueTask DisposeAsync()
    {
        runner.RunFreely();
        return engine.DisposeAsync();
    }
}
