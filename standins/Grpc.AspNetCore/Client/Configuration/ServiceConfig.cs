namespace Grpc.Net.Client.Configuration;

/// <summary>What a channel does for its calls beyond sending them: balancing and retries.</summary>
public sealed class ServiceConfig
{
    /// <summary>The first one counts. Default: pick-first.</summary>
    public IList<LoadBalancingConfig> LoadBalancingConfigs { get; } = [];

    /// <summary>What applies to which methods. A method's own entry goes before its service's, and that before the default's.</summary>
    public IList<MethodConfig> MethodConfigs { get; } = [];

    /// <summary>When too many calls fail, no call is retried. Default: no such limit.</summary>
    public RetryThrottlingPolicy? RetryThrottling { get; set; }
}
