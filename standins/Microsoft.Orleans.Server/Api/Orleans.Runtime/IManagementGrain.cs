namespace Orleans.Runtime;

/// <summary>Questions about the cluster as a whole. Reached as <c>GetGrain&lt;IManagementGrain&gt;(0)</c>.</summary>
public interface IManagementGrain : IGrainWithIntegerKey
{
    /// <summary>The members, dead ones included unless <paramref name="onlyActive"/>.</summary>
    Task<Dictionary<SiloAddress, SiloStatus>> GetHosts(bool onlyActive = false);

    /// <summary>Collects the activations of every silo that have been idle for that long.</summary>
    Task ForceActivationCollection(TimeSpan ageLimit);

    Task<int> GetTotalActivationCount();

    /// <summary>The silo where a grain is active now; null where it is not.</summary>
    ValueTask<SiloAddress?> GetActivationAddress(IAddressable reference);
}
