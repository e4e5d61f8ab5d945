using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Orleans.Runtime;

namespace Orleans.OneMachine.Membership;

internal sealed class ClusterMembershipService(MembershipAgent agent, MembershipClient client) : IClusterMembershipService
{
    public ClusterMembershipSnapshot CurrentSnapshot
    {
        get
        {
            var view = agent.Current.View;
            return new(
                view.Members.ToImmutableDictionary(static member => member.Silo, static member => new ClusterMember(member.Silo, member.Status, member.Name)),
                new(view.Version));
        }
    }

    public IAsyncEnumerable<ClusterMembershipSnapshot> MembershipUpdates => UpdatesAsync();

    public async ValueTask Refresh(MembershipVersion minimumVersion = default, CancellationToken cancellationToken = default)
    {
        if (agent.Current.View.Version < minimumVersion.Value || minimumVersion == default)
            await client.RefreshAsync(cancellationToken).ConfigureAwait(false);
    }

    public async Task<bool> TryKill(SiloAddress siloAddress)
    {
        await client.KillAsync(siloAddress).ConfigureAwait(false);
        return agent.Current.StatusOf(siloAddress) == SiloStatus.Dead;
    }

    private async IAsyncEnumerable<ClusterMembershipSnapshot> UpdatesAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var seen = MembershipVersion.MinValue;
        while (true)
        {
            var next = agent.NextChange;
            var current = CurrentSnapshot;
            if (current.Version > seen)
            {
                seen = current.Version;
                yield return current;
            }
            await next.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }
}
