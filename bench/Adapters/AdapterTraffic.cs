using System.Diagnostics;
using ExpertCluster.Inference.Adapters;
using ExpertCluster.Inference.Batching;
using ExpertCluster.Inference.Generation;
using ExpertCluster.Simulation.Traffic;

namespace ExpertCluster.Bench.Adapters;

/// <summary>Requests of random tokens, each with one adapter.</summary>
internal sealed class AdapterTraffic(Engine engine, AdapterOptions options)
{
    /// <summary>Tokens a second of a closed loop over the first so many adapters.</summary>
    public async Task<double> ThroughputAsync(IReadOnlyList<EngineAdapter> adapters, int seed, CancellationToken cancellation)
    {
        var zipf = new Zipf(adapters.Count, options.Zipf);
        var random = new Random(seed);
        int[] plan = [.. Enumerable.Range(0, options.Requests).Select(_ => zipf.Draw(random))];
        int next = -1;
        long tokens = 0;
        GC.Collect();
        long start = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, options.Streams).Select(_ => Task.Run(WorkAsync, cancellation)));
        return tokens / Stopwatch.GetElapsedTime(start).TotalSeconds;

        async Task WorkAsync()
        {
            int n;
            while ((n = Interlocked.Increment(ref next)) < plan.Length)
            {
                Interlocked.Add(ref tokens, await GenerateAsync(adapters[plan[n]], seed + n, options.TokensPerStream, cancellation));
            }
        }
    }

    /// <summary>Milliseconds to the first token on an idle engine.</summary>
    public async Task<double> FirstTokenAsync(EngineAdapter adapter, int seed, CancellationToken cancellation)
    {
        long start = Stopwatch.GetTimestamp();
        await GenerateAsync(adapter, seed, 1, cancellation);
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }

    private async Task<int> GenerateAsync(EngineAdapter adapter, int seed, int tokens, CancellationToken cancellation)
    {
        var random = new Random(seed);
        var stream = engine.Generate(
            new GenerationRequest
            {
                Prompt = [.. Enumerable.Range(0, options.PromptTokens).Select(_ => random.Next(engine.Vocabulary))],
                MaxTokens = tokens,
                Sampling = new SamplingOptions(),
                Branches = [new Branch { Mix = [new WeightedAdapter(adapter, 1)] }],
            },
            cancellation);
        await foreach (var _ in stream.WithCancellation(cancellation))
        {
        }

        return stream.CompletionTokens;
    }
}
