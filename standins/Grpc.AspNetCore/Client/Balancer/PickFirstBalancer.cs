using Grpc.Core;

namespace Grpc.Net.Client.Balancer;

/// <summary>One connection, to the first address in order that takes one.</summary>
internal sealed class PickFirstBalancer(ConnectionManager manager) : LoadBalancer(manager)
{
    private Subchannel? _subchannel;

    public override void Update(IReadOnlyList<BalancerAddress> addresses)
    {
        if (_subchannel is not null)
        {
            _subchannel.UpdateAddresses(addresses);
            return;
        }
        _subchannel = new Subchannel(Manager, addresses, OnChange);
        Manager.UpdateState(ConnectivityState.Connecting, QueuePicker.Instance);
        _subchannel.RequestConnection();
    }

    public override void Fail(Status status)
    {
        if (_subchannel is null)
            Manager.UpdateState(ConnectivityState.TransientFailure, new ErrorPicker(status));
    }

    public override void RequestConnection() => _subchannel?.RequestConnection();

    public override void Dispose() => _subchannel?.Dispose();

    private void OnChange(Subchannel subchannel)
    {
        if (subchannel != _subchannel)
            return;
        SubchannelPicker picker = subchannel.State switch
        {
            ConnectivityState.Ready => new PickFirstPicker(subchannel.Connection!),
            // Reconnects with the next call, not before.
            ConnectivityState.Idle => new ConnectingPicker(subchannel),
            ConnectivityState.TransientFailure => new ErrorPicker(subchannel.Status),
            _ => QueuePicker.Instance,
        };
        Manager.UpdateState(subchannel.State, picker);
        if (subchannel.State is ConnectivityState.Idle or ConnectivityState.TransientFailure)
            Manager.RefreshResolver();
    }
}
