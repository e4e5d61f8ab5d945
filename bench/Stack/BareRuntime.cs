using System.Diagnostics;
using ExpertCluster.Catalogue.Prepared;
using ExpertCluster.ExpertHost.Options;
using ExpertCluster.ExpertHost.Runtime;
using ExpertCluster.ExpertHost.Telemetry;
using ExpertCluster.Inference.Generation;
using ExpertCluster.Inference.Sampling;
using Microsoft.Extensions.Logging.Abstractions;

namespace ExpertCluster.Bench.Stack;

/// <summary>
/// The engine in this process, opened by the host's own code with the host's own defaults: the served stack without
/// gRPC, router, grains and a request's metrics.
/// </summary>
internal sealed class BareRuntime(BaseRuntime runtime) : ITokenSource, IAsyncDisposable
{
    public static async Task<BareRuntime> OpenAsync(BenchModel demo, int threads)
    {
        var options = new RuntimeOptions { Threads = threads };
        return new BareRuntime(
            await new BaseOpener(new FolderContent(), options, new StepObservers(new HostMetrics()), TimeProvider.System, LogitsFilters.BuiltIn, NullLogger<BaseOpener>.Instance)
                .OpenAsync(demo.Base));
    }

    public async Task<StreamOutcome> GenerateAsync(StreamRequest request, CancellationToken cancellation)
    {
        await using var stream = runtime.Engine.Generate(
            new GenerationRequest
            {
                Prompt = runtime.Tokenizer.Encode(request.Prompt, addSpecialTokens: true, cancellation),
                MaxTokens = request.MaxTokens,
                Sampling = new SamplingOptions { Temperature = request.Temperature, Seed = request.Seed },
                Branches = [new Branch()],
                EndTokens = runtime.EndTokens,
            },
            cancellation);
        var outcome = default(StreamOutcome);
        while (await stream.WaitToReadAsync(cancellation))
        {
            outcome = outcome.WithChunk();
            while (stream.TryRead(out var token))
            {
                outcome = token.Id < 0 ? outcome : outcome.WithToken(token.Id);
            }
        }

        return outcome;
    }

    public IReadOnlyDictionary<string, TimeSpan> ProcessorTime()
    {
        using var self = Process.GetCurrentProcess();
        return new Dictionary<string, TimeSpan> { ["runtime"] = self.TotalProcessorTime };
    }

    public ValueTask DisposeAsync() => runtime.DisposeAsync();
}
