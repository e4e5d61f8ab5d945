using BenchmarkDotNet.Attributes;
using ExpertCluster.Contracts.Routing;
using ExpertCluster.Gating.Serving;

namespace ExpertCluster.Bench.Micro;

/// <summary>Once a request.</summary>
public class RequestGateBenchmarks
{
    private RequestGate _gate = null!;

    [GlobalSetup]
    public void Setup() => _gate = RequestGate.Load(BenchModel.Demo().Gates);

    [GlobalCleanup]
    public void Cleanup() => _gate.Dispose();

    [Benchmark]
    public GateScores ShortText() => _gate.Score(Texts.Short);

    [Benchmark]
    public GateScores LongText() => _gate.Score(Texts.Long);
}
