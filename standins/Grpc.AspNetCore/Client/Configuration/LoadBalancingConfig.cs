namespace Grpc.Net.Client.Configuration;

/// <summary>How a channel chooses among the addresses of its target.</summary>
public class LoadBalancingConfig
{
    private protected LoadBalancingConfig()
    {
    }
}

/// <summary>The first address that can be reached gets every call.</summary>
public sealed class PickFirstConfig : LoadBalancingConfig
{
    public PickFirstConfig()
    {
    }
}

/// <summary>Every address that is connected gets calls in turn.</summary>
public sealed class RoundRobinConfig : LoadBalancingConfig
{
    public RoundRobinConfig()
    {
    }
}
