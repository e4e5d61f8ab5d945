using System.Threading.Channels;
using Grpc.Core;
using Grpc.Health.V1;
using ServingStatus = Grpc.Health.V1.HealthCheckResponse.Types.ServingStatus;

namespace Grpc.HealthCheck;

/// <summary>The health service over statuses that somebody sets.</summary>
public class HealthServiceImpl : Health.V1.Health.HealthBase
{
    /// <summary>Changes that a slow watcher may lag behind; older ones are dropped then, since the latest counts.</summary>
    private const int WatcherBuffer = 5;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, ServingStatus> _statuses = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<ChannelWriter<ServingStatus>>> _watchers = new(StringComparer.Ordinal);

    public void SetStatus(string service, ServingStatus status)
    {
        ArgumentNullException.ThrowIfNull(service);
        lock (_lock)
        {
            ServingStatus before = StatusOf(service);
            _statuses[service] = status;
            Notify(service, before, status);
        }
    }

    public void ClearStatus(string service)
    {
        ArgumentNullException.ThrowIfNull(service);
        lock (_lock)
        {
            if (_statuses.Remove(service, out ServingStatus before))
                Notify(service, before, ServingStatus.ServiceUnknown);
        }
    }

    public void ClearAll()
    {
        lock (_lock)
        {
            foreach (string service in _statuses.Keys.ToArray())
                ClearStatus(service);
        }
    }

    public override Task<HealthCheckResponse> Check(HealthCheckRequest request, ServerCallContext context)
    {
        lock (_lock)
        {
            return _statuses.TryGetValue(request.Service, out ServingStatus status)
                ? Task.FromResult(new HealthCheckResponse { Status = status })
                : throw new RpcException(new Status(StatusCode.NotFound, ""));
        }
    }

    /// <summary>Runs until the caller goes away.</summary>
    public override async Task Watch(
        HealthCheckRequest request, IServerStreamWriter<HealthCheckResponse> responseStream, ServerCallContext context)
    {
        var changes = Channel.CreateBounded<ServingStatus>(
            new BoundedChannelOptions(WatcherBuffer) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });
        ServingStatus now;
        lock (_lock)
        {
            now = StatusOf(request.Service);
            if (!_watchers.TryGetValue(request.Service, out List<ChannelWriter<ServingStatus>>? watchers))
                _watchers[request.Service] = watchers = [];
            watchers.Add(changes.Writer);
        }
        try
        {
            await using CancellationTokenRegistration end = context.CancellationToken.UnsafeRegister(
                static writer => ((ChannelWriter<ServingStatus>)writer!).TryComplete(), changes.Writer);
            await responseStream.WriteAsync(new HealthCheckResponse { Status = now }).ConfigureAwait(false);
            await foreach (ServingStatus status in changes.Reader.ReadAllAsync(CancellationToken.None).ConfigureAwait(false))
                await responseStream.WriteAsync(new HealthCheckResponse { Status = status }).ConfigureAwait(false);
        }
        finally
        {
            Forget(request.Service, changes.Writer);
        }
    }

    private void Forget(string service, ChannelWriter<ServingStatus> watcher)
    {
        lock (_lock)
        {
            List<ChannelWriter<ServingStatus>> watchers = _watchers[service];
            watchers.Remove(watcher);
            if (watchers.Count == 0)
                _watchers.Remove(service);
        }
    }

    private ServingStatus StatusOf(string service) =>
        _statuses.TryGetValue(service, out ServingStatus status) ? status : ServingStatus.ServiceUnknown;

    private void Notify(string service, ServingStatus before, ServingStatus after)
    {
        if (before == after || !_watchers.TryGetValue(service, out List<ChannelWriter<ServingStatus>>? watchers))
            return;
        foreach (ChannelWriter<ServingStatus> watcher in watchers)
            watcher.TryWrite(after);
    }
}
