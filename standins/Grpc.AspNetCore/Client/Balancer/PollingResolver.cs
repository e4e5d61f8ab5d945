using Grpc.Core;

namespace Grpc.Net.Client.Balancer;

/// <summary>Looks when it is asked to, one look at a time, and again after a pause when a look failed.</summary>
internal abstract class PollingResolver(GrpcChannelOptions options) : Resolver
{
    private readonly CancellationTokenSource _disposed = new();
    private readonly Lock _lock = new();
    private Action<ResolverResult>? _listener;
    private bool _looking;

    protected GrpcChannelOptions Options { get; } = options;

    public override void Start(Action<ResolverResult> listener)
    {
        _listener = listener;
        Refresh();
    }

    public override void Refresh()
    {
        lock (_lock)
        {
            if (_looking || _disposed.IsCancellationRequested)
                return;
            _looking = true;
        }
        _ = LookAsync(_disposed.Token);
    }

    protected abstract Task<IReadOnlyList<BalancerAddress>> ResolveAsync(CancellationToken cancellationToken);

    protected override void Dispose(bool disposing)
    {
        lock (_lock)
        {
            if (!_disposed.IsCancellationRequested)
                _disposed.Cancel();
        }
        base.Dispose(disposing);
    }

    private async Task LookAsync(CancellationToken cancellationToken)
    {
        var backoff = new ExponentialBackoff(Options);
        try
        {
            while (true)
            {
                try
                {
                    IReadOnlyList<BalancerAddress> addresses = await ResolveAsync(cancellationToken).ConfigureAwait(false);
                    lock (_lock)
                        _looking = false;
                    _listener!(ResolverResult.ForResult(addresses));
                    return;
                }
                catch (Exception e) when (!cancellationToken.IsCancellationRequested)
                {
                    _listener!(ResolverResult.ForFailure(new Status(StatusCode.Unavailable, "Error refreshing resolver.", e)));
                }
                await Task.Delay(backoff.Next(), Options.Time, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The channel is gone, and nobody waits for addresses.
        }
    }
}
