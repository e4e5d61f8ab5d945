using ExpertCluster.Contracts.Answers;
using ExpertCluster.Contracts.Backends;
using ExpertCluster.Contracts.Routing;

namespace ExpertCluster.Router.Merging.Cascades;

/// <summary>A draft that is the answer.</summary>
/// <param name="draft">Whole.</param>
/// <param name="account">Of all that was computed.</param>
/// <param name="told">What the plan gets.</param>
internal sealed class KeptDraft(Draft draft, IReadOnlyList<ExpertUsage> account, Func<Plan, Plan> told) : IAnswerStream
{
    private int _at;

    public CompletionChunk Current => draft.Chunks[_at] is { Usage: { } usage } last ? last with { Usage = usage with { Experts = account } } : draft.Chunks[_at];

    public string Host => draft.Host;

    public int Resumes => 0;

    public Plan Told(Plan plan) => told(plan);

    public ValueTask<bool> MoveNextAsync(CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        return ValueTask.FromResult(++_at < draft.Chunks.Count);
    }

    public void Dispose()
    {
        // Nothing runs any more.
    }
}
