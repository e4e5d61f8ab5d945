using ExpertCluster.Inference.Generation;
using ExpertCluster.Inference.Merging;
using ExpertCluster.Inference.Tests.Support;

namespace ExpertCluster.Inference.Tests.Merging;

/// <summary>A member that another engine of this process computes.</summary>
internal sealed class LinkedMember(TestEngine engine, GenerationRequest request, int most = 1 << 16) : IRemoteMember
{
    private readonly TokenFeed _feed = new(most);
    private readonly CancellationTokenSource _ended = new();
    private volatile TokenDistribution? _latest;
    private volatile bool _isGone;

    public TokenDistribution? Latest => _latest;

    public bool IsGone => _isGone;

    public Task Ended { get; private set; } = Task.CompletedTask;

    public bool IsDisposed => _ended.IsCancellationRequested;

    public void Start(Action changed) => Ended = Task.Run(async () =>
    {
        try
        {
            await foreach (var place in engine.Generate(request with { Feed = _feed }, _ended.Token))
            {
                if (place.Distribution is not null)
                {
                    _latest = place.Distribution;
                    changed();
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The answer has ended.
        }

        _isGone = true;
        changed();
    });

    public void Tell(int token) => _feed.Add([token]);

    public void Dispose() => _ended.Cancel();
}
