using ExpertCluster.Inference.Batching;
using ExpertCluster.Inference.Generation;
using ExpertCluster.Inference.Sampling;
using ExpertCluster.Inference.Tests.Support;
using ExpertCluster.Inference.Text;
using static ExpertCluster.Inference.Tests.Support.Requests;

namespace ExpertCluster.Inference.Tests.Batching;

public sealed class AllocationTests
{
    private const int Streams = 8;
    private const int Tokens = 400;

    [Fact]
    public async Task Decoding_InSteadyState_AllocatesNothingBetweenTwoRuns()
    {
        List<long> between = new(2 * Tokens);
        long after = 0L;
        var runner = new HashRunner(Streams, contextLength: 512, maxRows: 512)
        {
            OnRun = _ => between.Add(GC.GetAllocatedBytesForCurrentThread() - after),
            OnRan = _ => after = GC.GetAllocatedBytesForCurrentThread(),
        };
        await using var engine = new Engine(runner, Options with { OutputBuffer = 512 }, () => new SameText(), filters: [.. LogitsFilters.BuiltIn, new BanFilter()]);
        var streams = Enumerable.Range(0, Streams).Select(i => engine.Generate(Request([i], maxTokens: Tokens) with
        {
            Sampling = new SamplingOptions { Temperature = i % 2, TopK = 20, TopP = 0.9f, RepetitionPenalty = i % 3 == 0 ? 1.1f : 1, Extra = i % 4 == 0 ? BanFilter.Of(3) : BanFilter.None },
        })).ToList();

        await Task.WhenAll(streams.Select(stream => stream.ReadAsync()));

        Assert.Empty(runner.Violations);

        // Buffers that double now and then are no cost of a step.
        var steady = between.Skip(between.Count / 2).Order().ToList();
        Assert.Equal(0, steady[steady.Count / 2]);
        Assert.InRange(steady.Count(bytes => bytes > 0), 0, steady.Count / 10);
    }

    private sealed class SameText : ITokenText
    {
        public string Append(int token) => "a";

        public string Flush() => "";
    }
}
