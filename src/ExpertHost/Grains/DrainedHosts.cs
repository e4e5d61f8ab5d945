using ExpertCluster.Catalogue.Desired;
using ExpertCluster.Fabric.Grains;
using Orleans;

namespace ExpertCluster.ExpertHost.Grains;

/// <summary>The hosts that operators want to drain, as the desired state had them when it was read last. It is read no more than once a second.</summary>
internal sealed class DrainedHosts(IGrainFactory grains, TimeProvider time)
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    private DesiredState _state = DesiredState.Empty;
    private long _known = -1;
    private long? _read;
    private Task _reading = Task.CompletedTask;

    /// <summary>By what is known: nobody's report waits for a store that is down.</summary>
    public bool Contains(string host)
    {
        if (_reading.IsCompleted && (_read is not { } last || time.GetElapsedTime(last) >= Period))
        {
            _read = time.GetTimestamp();
            _reading = ReadAsync();
        }

        return _state.DrainedHosts.Contains(host);
    }

    private async Task ReadAsync()
    {
        try
        {
            var read = await grains.GetGrain<IDesiredStateGrain>(IDesiredStateGrain.Key).GetAsync(_known);
            if (read.Document is { } document)
            {
                (_state, _known) = (DesiredStateJson.ReadState(document), read.Version);
            }
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            // The store is down, or the grain moves: what was known holds until it can be asked again, in a second.
        }
    }
}
