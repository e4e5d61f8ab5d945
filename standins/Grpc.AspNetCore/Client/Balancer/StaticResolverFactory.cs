namespace Grpc.Net.Client.Balancer;

/// <summary>For "static:///name": addresses that the application knows.</summary>
public sealed class StaticResolverFactory : ResolverFactory
{
    private readonly Func<Uri, IEnumerable<BalancerAddress>> _addressesCallback;

    /// <param name="addressesCallback">From the channel's address to the target's addresses; called once a channel.</param>
    public StaticResolverFactory(Func<Uri, IEnumerable<BalancerAddress>> addressesCallback)
    {
        ArgumentNullException.ThrowIfNull(addressesCallback);
        _addressesCallback = addressesCallback;
    }

    public override string Name => "static";

    public override Resolver Create(ResolverOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new StaticResolver([.. _addressesCallback(options.Address)]);
    }
}

/// <summary>Addresses that never change.</summary>
internal sealed class StaticResolver(IReadOnlyList<BalancerAddress> addresses) : Resolver
{
    public override void Start(Action<ResolverResult> listener) => listener(ResolverResult.ForResult(addresses));
}
