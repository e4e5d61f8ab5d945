using Orleans.OneMachine.Directory;
using Orleans.OneMachine.Membership;
using Orleans.OneMachine.Messaging;
using Orleans.Placement;
using Orleans.Runtime;

namespace Orleans.OneMachine.Management;

[PreferLocalPlacement]
internal sealed class ManagementGrain(MembershipAgent agent, LocalSilo local, Messenger messenger, MessagingLimits limits, SystemHandler system, DirectoryClient directory)
    : Grain, IManagementGrain
{
    public Task<Dictionary<SiloAddress, SiloStatus>> GetHosts(bool onlyActive = false) => Task.FromResult(agent.Current.View.Members
        .Where(member => !onlyActive || member.Status == SiloStatus.Active)
        .ToDictionary(static member => member.Silo, static member => member.Status));

    public Task ForceActivationCollection(TimeSpan ageLimit) => AskAllAsync(new CollectRequest { AgeLimit = ageLimit });

    public async Task<int> GetTotalActivationCount() => (await AskAllAsync(new CountRequest())).Sum();

    public async ValueTask<SiloAddress?> GetActivationAddress(IAddressable reference) =>
        (await directory.FindAsync(reference.GetGrainId()))?.SiloAddress;

    private Task<int[]> AskAllAsync(object request) => Task.WhenAll(agent.Current.Active.Select(async silo => silo.Equals(local.SiloAddress)
        ? (int)(await system.HandleAsync(silo, request))!
        : await messenger.AskAsync<int>(silo, request, limits.SystemResponseTimeout)));
}
