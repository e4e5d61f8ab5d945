using BenchmarkDotNet.Attributes;
using ExpertCluster.Inference.Generation;
using ExpertCluster.Inference.Sampling;

namespace ExpertCluster.Bench.Micro;

/// <summary>Once a token. Budget: no allocation.</summary>
public class SamplerBenchmarks
{
    private static readonly SamplingOptions Greedily = new();
    private static readonly SamplingOptions Warped = new() { Temperature = 0.8f, TopK = 40, TopP = 0.95f, Seed = 1 };

    private Sampler _sampler = null!;
    private float[] _logits = [];
    private int _position;

    [Params(2_048, 32_768)]
    public int Vocabulary { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        var random = new Random(1);
        _sampler = new Sampler(Vocabulary, LogitsPipeline.BuiltIn);

        // A sum of uniforms is bell-shaped, as logits are; the width is a trained model's.
        _logits = [.. Enumerable.Range(0, Vocabulary).Select(_ => (float)(3 * Enumerable.Range(0, 12).Sum(_ => random.NextDouble() - 0.5)))];
    }

    [Benchmark]
    public int Greedy() => _sampler.Sample(_logits, Greedily, null, _position++).Token;

    [Benchmark]
    public int TemperatureTopKTopP() => _sampler.Sample(_logits, Warped, null, _position++).Token;
}
