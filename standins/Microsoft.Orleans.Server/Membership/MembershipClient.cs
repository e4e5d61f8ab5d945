using Orleans.OneMachine.Messaging;
using Orleans.Runtime;

namespace Orleans.OneMachine.Membership;

/// <summary>This silo's dealings with the primary, which may be itself.</summary>
internal sealed class MembershipClient(LocalSilo local, MembershipAgent agent, Messenger messenger, MessagingLimits limits, Lazy<SystemHandler> system)
{
    public SiloAddress Primary => agent.Current.View.Primary;

    public async Task SetStatusAsync(SiloStatus status, CancellationToken cancellationToken) =>
        agent.Apply(await AskAsync<ClusterView>(new StatusRequest { Status = status }, cancellationToken).ConfigureAwait(false));

    public async Task SuspectAsync(SiloAddress silo, CancellationToken cancellationToken) =>
        agent.Apply(await AskAsync<ClusterView>(new SuspectRequest { Silo = silo }, cancellationToken).ConfigureAwait(false));

    /// <summary>Declares a silo dead without a vote.</summary>
    public async Task KillAsync(SiloAddress silo) => agent.Apply(await AskAsync<ClusterView>(new KillRequest { Silo = silo }).ConfigureAwait(false));

    public async Task RefreshAsync(CancellationToken cancellationToken)
    {
        if (await AskAsync<ClusterView?>(new ViewRequest { KnownVersion = agent.Current.View.Version }, cancellationToken).ConfigureAwait(false) is { } newer)
            agent.Apply(newer);
    }

    /// <summary>Asks the primary's machinery; without a message where this silo is the primary.</summary>
    public async Task<T> AskAsync<T>(object request, CancellationToken cancellationToken = default) => local.IsPrimary
        ? (T)(await system.Value.HandleAsync(local.SiloAddress, request).ConfigureAwait(false))!
        : await messenger.AskAsync<T>(Primary, request, limits.SystemResponseTimeout, cancellationToken).ConfigureAwait(false);
}
