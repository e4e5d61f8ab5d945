using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Hosting;

namespace Orleans.OneMachine.Hosting;

internal sealed class SiloBuilder(IServiceCollection services, IConfiguration configuration) : ISiloBuilder
{
    public IServiceCollection Services => services;

    public IConfiguration Configuration => configuration;

    /// <summary>Adds the silo to a host; a second time it only goes on configuring it.</summary>
    public static SiloBuilder Add(IServiceCollection services, IConfiguration configuration)
    {
        if (!services.Any(static service => service.ServiceType == typeof(SiloHost)))
            SiloServices.Add(services);
        return new(services, configuration);
    }

    /// <summary>The host's configuration where it is in the collection already, else an empty one.</summary>
    public static IConfiguration ConfigurationOf(IServiceCollection services) =>
        services.LastOrDefault(static service => service.ServiceType == typeof(IConfiguration))?.ImplementationInstance as IConfiguration
        ?? new ConfigurationBuilder().Build();
}
