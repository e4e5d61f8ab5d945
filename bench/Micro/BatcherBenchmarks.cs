using BenchmarkDotNet.Attributes;
using ExpertCluster.Inference.Batching;
using ExpertCluster.Inference.Generation;

namespace ExpertCluster.Bench.Micro;

/// <summary>
/// What a step costs beside the model: composing rows, sampling, text, and handing each token to its reader. The runner is
/// a fake that takes no time. An operation is one step of all streams.
/// </summary>
public class BatcherBenchmarks
{
    private const int Steps = 256;

    private Engine _engine = null!;
    private GenerationRequest _request = null!;

    [Params(1, 8, 32)]
    public int Streams { get; set; }

    [Params(2_048, 32_768)]
    public int Vocabulary { get; set; }

    [Params(1, 2)]
    public int SamplingThreads { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _engine = new Engine(new FakeRunner(Streams, Vocabulary), new EngineOptions { SamplingThreads = SamplingThreads }, () => new FakeText());
        _request = new GenerationRequest
        {
            Prompt = [1],
            MaxTokens = Steps,
            Sampling = new SamplingOptions(),
            Branches = [new Branch()],
        };
    }

    [GlobalCleanup]
    public Task Cleanup() => _engine.DisposeAsync().AsTask();

    [Benchmark(OperationsPerInvoke = Steps)]
    public Task Step() => Task.WhenAll(Enumerable.Range(0, Streams).Select(_ => ReadAsync()));

    private async Task ReadAsync()
    {
        await using var stream = _engine.Generate(_request);
        while (await stream.WaitToReadAsync())
        {
            while (stream.TryRead(out _))
            {
            }
        }
    }
}
