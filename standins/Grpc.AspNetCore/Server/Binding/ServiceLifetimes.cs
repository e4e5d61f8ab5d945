namespace Grpc.AspNetCore.Server.Binding;

/// <summary>What a container no longer tells once it is built: how long its services live.</summary>
internal sealed class ServiceLifetimes(IServiceCollection registered)
{
    public bool IsSingleton(Type service) =>
        registered.LastOrDefault(one => one.ServiceType == service && !one.IsKeyedService)?.Lifetime == ServiceLifetime.Singleton;
}
