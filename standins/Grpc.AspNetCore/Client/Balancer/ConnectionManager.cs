using Grpc.Core;

namespace Grpc.Net.Client.Balancer;

/// <summary>
/// Connects a channel: its resolver gives addresses, its balancer keeps connections to them, its picker sends each call to
/// one. Pickers are snapshots, read without a lock; everything else happens under one lock, since it happens seldom.
/// </summary>
internal sealed class ConnectionManager : IDisposable
{
    private readonly Resolver _resolver;
    private readonly LoadBalancer _balancer;
    private volatile SubchannelPicker? _picker;
    private TaskCompletionSource _changed = NewSignal();
    private bool _started;

    public ConnectionManager(GrpcChannelOptions options, Resolver resolver, bool roundRobin, bool isSecure, TimeSpan connectTimeout)
    {
        Options = options;
        IsSecure = isSecure;
        ConnectTimeout = connectTimeout;
        _resolver = resolver;
        _balancer = roundRobin ? new RoundRobinBalancer(this) : new PickFirstBalancer(this);
    }

    public Lock Lock { get; } = new();

    public GrpcChannelOptions Options { get; }

    public bool IsSecure { get; }

    public TimeSpan ConnectTimeout { get; }

    public ConnectivityState State { get; private set; } = ConnectivityState.Idle;

    /// <summary>Where a call goes. It waits while a connection is being made; when that failed, only if it is told to.</summary>
    /// <exception cref="RpcException">There is no connection.</exception>
    public ValueTask<SubchannelConnection> PickAsync(bool waitForReady, CancellationToken cancellationToken) =>
        _picker?.Pick().Connection is { } connection ? new(connection) : WaitAsync(waitForReady, cancellationToken);

    public async Task ConnectAsync(CancellationToken cancellationToken)
    {
        Start();
        bool asked = false;
        while (true)
        {
            Task changed;
            lock (Lock)
            {
                ObjectDisposedException.ThrowIf(State == ConnectivityState.Shutdown, typeof(GrpcChannel));
                if (State == ConnectivityState.Ready)
                    return;
                // Once: a server that refuses must not be asked without a pause.
                if (!asked || State == ConnectivityState.Idle)
                    _balancer.RequestConnection();
                asked = true;
                changed = _changed.Task;
            }
            await changed.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    public async Task WaitForChangeAsync(ConnectivityState lastObserved, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task changed;
            lock (Lock)
            {
                if (State != lastObserved)
                    return;
                changed = _changed.Task;
            }
            await changed.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>For the balancer: what calls find from now on.</summary>
    public void UpdateState(ConnectivityState state, SubchannelPicker picker)
    {
        lock (Lock)
        {
            if (State == ConnectivityState.Shutdown)
                return;
            State = state;
            _picker = picker;
            Signal();
        }
    }

    /// <summary>For the balancer: the addresses may be out of date. Resolvers are others' code: not under our lock.</summary>
    public void RefreshResolver() => ThreadPool.UnsafeQueueUserWorkItem(static resolver => resolver.Refresh(), _resolver, preferLocal: false);

    public void Dispose()
    {
        _resolver.Dispose();
        lock (Lock)
        {
            State = ConnectivityState.Shutdown;
            _balancer.Dispose();
            Signal();
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private void Signal()
    {
        TaskCompletionSource changed = _changed;
        _changed = NewSignal();
        changed.SetResult();
    }

    private async ValueTask<SubchannelConnection> WaitAsync(bool waitForReady, CancellationToken cancellationToken)
    {
        Start();
        while (true)
        {
            Task changed;
            SubchannelPicker? picker;
            lock (Lock)
            {
                changed = _changed.Task;
                picker = _picker;
            }
            PickResult result = picker?.Pick() ?? PickResult.Queue;
            if (result.Connection is { } connection)
                return connection;
            if (result.Failure is { } failure && !waitForReady)
                throw new RpcException(failure);
            await changed.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private void Start()
    {
        lock (Lock)
        {
            if (_started || State == ConnectivityState.Shutdown)
                return;
            _started = true;
        }
        try
        {
            _resolver.Start(OnResolved);
        }
        catch (Exception e)
        {
            // Somebody else's code: its failure is the calls' status.
            OnResolved(ResolverResult.ForFailure(new Status(StatusCode.Unavailable, "Error starting the resolver.", e)));
        }
    }

    private void OnResolved(ResolverResult result)
    {
        lock (Lock)
        {
            if (State == ConnectivityState.Shutdown)
                return;
            if (result.Addresses is { Count: > 0 } addresses)
                _balancer.Update(addresses);
            else
            {
                _balancer.Fail(result.Status.StatusCode == StatusCode.OK
                    ? new Status(StatusCode.Unavailable, "Resolver returned no addresses.") : result.Status);
            }
        }
    }
}
