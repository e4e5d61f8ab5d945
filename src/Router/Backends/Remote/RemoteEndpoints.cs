using System.Collections.Concurrent;
using ExpertCluster.Catalogue.Prepared;
using ExpertCluster.Catalogue.Snapshots;
using ExpertCluster.Contracts.Failures;
using ExpertCluster.Contracts.Routing;
using ExpertCluster.Node.Lifetimes;
using Microsoft.Extensions.Primitives;

namespace ExpertCluster.Router.Backends.Remote;

/// <summary>The remote models that this router has asked, and that the catalogue still has: one whose entry changes begins anew, its budget and breaker with it.</summary>
internal sealed class RemoteEndpoints : IDisposable
{
    private readonly ConcurrentDictionary<(string Expert, RemoteModel Model), RetiringResource<RemoteEndpoint>> _endpoints = new();
    private readonly ICatalogueSource _catalogue;
    private readonly RemoteMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly ILogger<RemoteEndpoint> _log;
    private readonly IDisposable _listening;

    public RemoteEndpoints(ICatalogueSource catalogue, RemoteMetrics metrics, TimeProvider time, ILogger<RemoteEndpoint> log)
    {
        (_catalogue, _metrics, _time, _log) = (catalogue, metrics, time, log);
        _listening = ChangeToken.OnChange(() => catalogue.Changed, Forget);
    }

    /// <summary>Why a remote model can't be asked now; null: it can be tried.</summary>
    public Failure? ProblemOf(string expert, RemoteModel model) => _endpoints.TryGetValue((expert, model), out var known) ? known.Value.Problem() : null;

    /// <summary>The same in words, for lists.</summary>
    public string? ReasonOf(PreparedRemote expert) => ProblemOf(expert.Name, expert.Remote)?.Message;

    /// <summary>Whoever takes it leaves it.</summary>
    public RetiringResource<RemoteEndpoint> Enter(string expert, RemoteModel model)
    {
        while (true)
        {
            var endpoint = _endpoints.GetOrAdd((expert, model), static (key, self) => new(new RemoteEndpoint(key.Expert, key.Model, self._metrics, self._time, self._log)), this);
            if (endpoint.TryEnter())
            {
                return endpoint;
            }
        }
    }

    public void Dispose()
    {
        _listening.Dispose();
        foreach (var key in _endpoints.Keys)
        {
            Retire(key);
        }
    }

    private void Forget()
    {
        var now = _catalogue.Current;
        foreach (var key in _endpoints.Keys)
        {
            if (now.FindRemote(key.Expert)?.Remote != key.Model)
            {
                Retire(key);
            }
        }
    }

    private void Retire((string, RemoteModel) key)
    {
        if (_endpoints.TryRemove(key, out var gone))
        {
            gone.Retire();
        }
    }
}
