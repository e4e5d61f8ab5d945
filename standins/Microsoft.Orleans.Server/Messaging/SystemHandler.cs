using Orleans.OneMachine.Directory;
using Orleans.OneMachine.Management;
using Orleans.OneMachine.Membership;
using Orleans.Runtime;

namespace Orleans.OneMachine.Messaging;

/// <summary>What the silos ask each other's machinery.</summary>
internal sealed class SystemHandler(LocalSilo local, MembershipAgent agent, PrimaryMembership primary, GrainDirectoryTable directory, SiloStatistics statistics)
{
    public ValueTask<object?> HandleAsync(SiloAddress sender, object message)
    {
        switch (message)
        {
            case Probe:
                return default;
            case ViewNotice notice:
                agent.Apply(notice.View);
                return default;
            case CountRequest:
                return new(statistics.Count());
            case CollectRequest collect:
                return new(statistics.Collect(collect.AgeLimit));
        }
        if (!local.IsPrimary)
            throw new OrleansException($"{local.SiloAddress} is not the primary, and can not answer {message.GetType().Name}.");
        return new(message is JoinRequest join ? primary.Join(join) : AsMember(sender, message));
    }

    private object? AsMember(SiloAddress sender, object message)
    {
        if (agent.Current.StatusOf(sender) is SiloStatus.None or SiloStatus.Dead)
            throw new SiloUnavailableException($"{sender} is not a member of the cluster.");
        return message switch
        {
            StatusRequest status => primary.SetStatus(sender, status.Status),
            SuspectRequest suspect => primary.Suspect(sender, suspect.Silo),
            KillRequest kill => primary.SetStatus(kill.Silo, SiloStatus.Dead),
            ViewRequest view => view.KnownVersion < primary.View.Version ? primary.View : null,
            LookupRequest lookup => directory.Find(lookup.Grain),
            RegisterRequest register => directory.Register(register.Address),
            UnregisterRequest unregister => directory.Unregister(unregister.Address),
            _ => throw new OrleansException($"{message.GetType()} is not a request."),
        };
    }
}
