using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;

namespace ExpertCluster.Wire.Tests.Support;

/// <summary>The requests of one server, as its own meter counts them.</summary>
internal sealed class RequestCount : IDisposable
{
    private readonly MeterListener _listener = new();
    private long _active;
    private long _begun;

    public RequestCount(IServiceProvider services)
    {
        var scope = services.GetRequiredService<IMeterFactory>();
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Name == "http.server.active_requests" && ReferenceEquals(instrument.Meter.Scope, scope))
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((_, change, _, _) =>
        {
            Interlocked.Add(ref _active, change);
            Interlocked.Add(ref _begun, Math.Max(change, 0));
        });
        _listener.Start();
    }

    /// <summary>Those that run.</summary>
    public long Active => Interlocked.Read(ref _active);

    /// <summary>All that have come so far.</summary>
    public long Begun => Interlocked.Read(ref _begun);

    public void Dispose() => _listener.Dispose();
}
