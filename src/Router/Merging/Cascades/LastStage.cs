using System.Runtime.CompilerServices;
using ExpertCluster.Contracts.Answers;
using ExpertCluster.Contracts.Backends;
using ExpertCluster.Contracts.Routing;
using ExpertCluster.Router.Costs;

namespace ExpertCluster.Router.Merging.Cascades;

/// <summary>The answer of whoever was asked in the end, as it comes.</summary>
/// <param name="answer">Its stream.</param>
/// <param name="plan">Its part.</param>
/// <param name="before">What drafts cost.</param>
/// <param name="told">What the plan gets.</param>
internal sealed class LastStage(IAnswerStream answer, Plan plan, IReadOnlyList<ExpertUsage> before, Func<Plan, Plan> told) : IAnswerStream
{
    private readonly CostMeter _costs = new(plan);
    private CompletionChunk? _current;

    public CompletionChunk Current => _current ??= Take();

    public string Host => answer.Host;

    public int Resumes => answer.Resumes;

    public Plan Told(Plan whole) => told(whole);

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<bool> MoveNextAsync(CancellationToken cancellation)
    {
        _ = Current;
        bool isMore = await answer.MoveNextAsync(cancellation);
        _current = null;
        return isMore;
    }

    public void Dispose() => answer.Dispose();

    private CompletionChunk Take()
    {
        var chunk = answer.Current;
        _costs.Count(chunk);
        return chunk.Usage is { } usage ? chunk with { Usage = usage with { Experts = CostMeter.Sum(_costs.Of(usage), before) } } : chunk;
    }
}
