using ExpertCluster.ExpertHost.Runtime;
using ExpertCluster.Fabric.Grains;

namespace ExpertCluster.ExpertHost.Tests.Support;

/// <summary>Activations without a base, where none is asked for.</summary>
internal static class Activations
{
    public static ExpertActivation Of(string expert, long epoch = 1, int replica = 0, BaseRuntime? runtime = null) =>
        new(new ExpertReplica { Expert = expert, Replica = replica, Host = "a", Epoch = epoch }, runtime!, adapter: null);
}
