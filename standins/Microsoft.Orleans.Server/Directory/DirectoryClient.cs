using Orleans.OneMachine.Membership;
using Orleans.Runtime;

namespace Orleans.OneMachine.Directory;

/// <summary>The directory as every silo uses it.</summary>
internal sealed class DirectoryClient(MembershipClient primary)
{
    public Task<GrainAddress?> FindAsync(GrainId grain) => primary.AskAsync<GrainAddress?>(new LookupRequest { Grain = grain });

    public Task<GrainAddress> RegisterAsync(GrainAddress address) => primary.AskAsync<GrainAddress>(new RegisterRequest { Address = address });

    public Task UnregisterAsync(GrainAddress address) => primary.AskAsync<bool>(new UnregisterRequest { Address = address });
}
