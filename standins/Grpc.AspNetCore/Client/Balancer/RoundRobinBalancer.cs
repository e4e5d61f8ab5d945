using Grpc.Core;

namespace Grpc.Net.Client.Balancer;

/// <summary>A connection to every address; those that are ready share the calls.</summary>
internal sealed class RoundRobinBalancer(ConnectionManager manager) : LoadBalancer(manager)
{
    private readonly List<Member> _members = [];
    private SubchannelConnection[] _published = [];

    public override void Update(IReadOnlyList<BalancerAddress> addresses)
    {
        foreach (Member gone in _members.Where(member => !addresses.Any(member.Address.IsSame)).ToArray())
        {
            _members.Remove(gone);
            gone.Subchannel.Dispose();
        }
        foreach (BalancerAddress address in addresses)
        {
            if (_members.Exists(member => member.Address.IsSame(address)))
                continue;
            var subchannel = new Subchannel(Manager, [address], OnChange);
            _members.Add(new Member(address, subchannel));
            subchannel.RequestConnection();
        }
        Publish();
    }

    public override void Fail(Status status)
    {
        if (_members.Count == 0)
            Manager.UpdateState(ConnectivityState.TransientFailure, new ErrorPicker(status));
    }

    public override void RequestConnection()
    {
        foreach (Member member in _members)
            member.Subchannel.RequestConnection();
    }

    public override void Dispose()
    {
        foreach (Member member in _members)
            member.Subchannel.Dispose();
        _members.Clear();
    }

    private void OnChange(Subchannel subchannel)
    {
        if (_members.Find(member => member.Subchannel == subchannel) is not { } member)
            return;
        member.Failed = subchannel.State switch
        {
            ConnectivityState.Ready => false,
            ConnectivityState.TransientFailure => true,
            // It has failed until it is ready again: calls must not wait through each further attempt.
            _ => member.Failed,
        };
        Publish();
        if (subchannel.State is ConnectivityState.Idle or ConnectivityState.TransientFailure)
            Manager.RefreshResolver();
        if (subchannel.State == ConnectivityState.Idle)
            subchannel.RequestConnection();
    }

    private void Publish()
    {
        SubchannelConnection[] ready = [.. _members.Select(member => member.Subchannel.Connection).OfType<SubchannelConnection>()];
        // One that comes and goes must not start the others' turns anew.
        if (ready.Length > 0 && ready.AsSpan().SequenceEqual(_published))
            return;
        _published = ready;
        if (ready.Length > 0)
        {
            // A random start: many clients must not all begin with the first address.
            Manager.UpdateState(ConnectivityState.Ready, new RoundRobinPicker(ready, Manager.Options.Random.Next(ready.Length)));
        }
        else if (_members.Exists(member => !member.Failed))
            Manager.UpdateState(ConnectivityState.Connecting, QueuePicker.Instance);
        else
        {
            Status status = _members.Find(member => member.Subchannel.State == ConnectivityState.TransientFailure)?.Subchannel.Status
                ?? new Status(StatusCode.Unavailable, "Error connecting to subchannel.");
            Manager.UpdateState(ConnectivityState.TransientFailure, new ErrorPicker(status));
        }
    }

    private sealed class Member(BalancerAddress address, Subchannel subchannel)
    {
        public BalancerAddress Address { get; } = address;

        public Subchannel Subchannel { get; } = subchannel;

        public bool Failed { get; set; }
    }
}
