using Grpc.Core;

namespace Grpc.Net.Client.Balancer;

/// <summary>
/// One connection to the first of some addresses that takes it, and its way back: it tries again after growing pauses
/// until it succeeds. Everything but the connecting itself runs under the manager's lock.
/// </summary>
internal sealed class Subchannel : IDisposable
{
    private readonly CancellationTokenSource _closed = new();
    private readonly ConnectionManager _manager;
    private readonly Action<Subchannel> _onChange;
    private IReadOnlyList<BalancerAddress> _addresses;
    private ExponentialBackoff _backoff;
    private CancellationTokenSource? _attempt;
    private CancellationTokenSource? _pause;
    private bool _working;

    public Subchannel(ConnectionManager manager, IReadOnlyList<BalancerAddress> addresses, Action<Subchannel> onChange)
    {
        _manager = manager;
        _addresses = addresses;
        _onChange = onChange;
        _backoff = new ExponentialBackoff(manager.Options);
    }

    public ConnectivityState State { get; private set; } = ConnectivityState.Idle;

    /// <summary>Why the last attempt failed.</summary>
    public Status Status { get; private set; }

    /// <summary>Set while <see cref="State"/> is ready.</summary>
    public SubchannelConnection? Connection { get; private set; }

    /// <summary>Connects if nothing is connected; a pause between two attempts ends now.</summary>
    public void RequestConnection()
    {
        lock (_manager.Lock)
        {
            if (_working)
                _pause?.Cancel();
            else if (State is ConnectivityState.Idle or ConnectivityState.TransientFailure)
                Work(failed: false);
        }
    }

    public void UpdateAddresses(IReadOnlyList<BalancerAddress> addresses)
    {
        lock (_manager.Lock)
        {
            if (BalancerAddress.AreSame(_addresses, addresses))
                return;
            _addresses = addresses;
            _attempt?.Cancel();
            _pause?.Cancel();
            if (Connection is null || addresses.Any(Connection.Address.IsSame))
                return;
            // Calls that run on it may end there; new ones go elsewhere.
            Connection.Dispose();
            Connection = null;
            Work(failed: false);
        }
    }

    public void Dispose()
    {
        lock (_manager.Lock)
        {
            if (State == ConnectivityState.Shutdown)
                return;
            State = ConnectivityState.Shutdown;
            _closed.Cancel();
            Connection?.Dispose();
            Connection = null;
        }
    }

    /// <summary>The connection's last stream closed, or new calls can't use it.</summary>
    /// <param name="connection">Which one; an older one than the present counts no more.</param>
    /// <param name="failure">Null: nothing is wrong. Otherwise the server gets a pause.</param>
    public void OnLost(SubchannelConnection connection, Status? failure)
    {
        lock (_manager.Lock)
        {
            if (Connection != connection)
                return;
            Connection = null;
            if (failure is { } status)
            {
                Work(failed: true);
                Become(ConnectivityState.TransientFailure, status);
                return;
            }
            _backoff = new ExponentialBackoff(_manager.Options);
            Become(ConnectivityState.Idle);
        }
    }

    private void Work(bool failed)
    {
        _working = true;
        _ = WorkAsync(failed);
    }

    private async Task WorkAsync(bool failed)
    {
        // Whoever asks holds the lock, and must not see states change on the way.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        while (true)
        {
            if (failed)
                await PauseAsync().ConfigureAwait(false);
            if (Begin() is not { } begun)
                return;
            (SubchannelConnection? connection, Exception? error) = await TryAsync(begun.Addresses, begun.Attempt).ConfigureAwait(false);
            begun.Attempt.Dispose();
            lock (_manager.Lock)
            {
                _attempt = null;
                failed = false;
                if (State == ConnectivityState.Shutdown || (connection is not null && !_addresses.Any(connection.Address.IsSame)))
                    connection?.Dispose();
                else if (connection is not null)
                {
                    _working = false;
                    Connection = connection;
                    Become(ConnectivityState.Ready);
                    connection.Watch();
                    return;
                }
                else if (begun.Addresses == _addresses)
                {
                    failed = true;
                    Become(ConnectivityState.TransientFailure, new Status(StatusCode.Unavailable, "Error connecting to subchannel.", error));
                }
            }
        }
    }

    private (IReadOnlyList<BalancerAddress> Addresses, CancellationTokenSource Attempt)? Begin()
    {
        lock (_manager.Lock)
        {
            if (State == ConnectivityState.Shutdown)
                return null;
            _attempt = CancellationTokenSource.CreateLinkedTokenSource(_closed.Token);
            Become(ConnectivityState.Connecting);
            return (_addresses, _attempt);
        }
    }

    private async Task PauseAsync()
    {
        CancellationTokenSource pause;
        TimeSpan length;
        lock (_manager.Lock)
        {
            _pause = pause = CancellationTokenSource.CreateLinkedTokenSource(_closed.Token);
            length = _backoff.Next();
        }
        Task delay = Task.Delay(length, _manager.Options.Time, pause.Token);
        await delay.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ForceYielding);
        lock (_manager.Lock)
        {
            _pause = null;
            pause.Dispose();
        }
    }

    private async Task<(SubchannelConnection? Connection, Exception? Error)> TryAsync(
        IReadOnlyList<BalancerAddress> addresses, CancellationTokenSource attempt)
    {
        Exception? error = null;
        foreach (BalancerAddress address in addresses)
        {
            try
            {
                return (await SubchannelConnection.OpenAsync(_manager, this, address, attempt.Token).ConfigureAwait(false), null);
            }
            catch (Exception e)
            {
                // Kept for the status: the last one is what a caller reads.
                error = e;
            }
        }
        return (null, error);
    }

    private void Become(ConnectivityState state, Status status = default)
    {
        State = state;
        Status = status;
        _onChange(this);
    }
}
