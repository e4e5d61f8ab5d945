using Orleans.OneMachine.Messaging;
using Orleans.Runtime;

namespace Orleans.OneMachine.Membership;

/// <summary>The primary's side of the member list: changes it, and tells everybody.</summary>
internal sealed class PrimaryMembership(LocalSilo local, MembershipTable table, MembershipAgent agent, Messenger messenger)
{
    public ClusterView View => table.View;

    public ClusterView Join(JoinRequest request)
    {
        if (request.ClusterId != local.ClusterId || request.ServiceId != local.ServiceId)
            throw new OrleansConfigurationException(
                $"{request.Member.Silo} belongs to cluster '{request.ClusterId}', service '{request.ServiceId}'; this is cluster '{local.ClusterId}', service '{local.ServiceId}'.");
        return Publish(table.Join(request.Member));
    }

    public ClusterView SetStatus(SiloAddress silo, SiloStatus status) => Publish(table.SetStatus(silo, status));

    public ClusterView Suspect(SiloAddress voter, SiloAddress suspect) => Publish(table.Suspect(voter, suspect));

    private ClusterView Publish(ClusterView view)
    {
        if (view.Version <= agent.Current.View.Version)
            return view;
        agent.Apply(view);
        foreach (var member in view.Members.Where(member => member.Status != SiloStatus.Dead && !member.Silo.Equals(local.SiloAddress)))
            messenger.Tell(member.Silo, new ViewNotice { View = view });
        return view;
    }
}
