using Microsoft.Extensions.DependencyInjection;
using Orleans.Configuration;
using Orleans.OneMachine.Hosting;

namespace Orleans.Hosting;

/// <summary>Accepted, so that one product source serves both builds; the start then fails with the way out.</summary>
public static class AdoNetHostingExtensions
{
    public static ISiloBuilder UseAdoNetClustering(this ISiloBuilder builder, Action<AdoNetClusteringSiloOptions> configureOptions)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddSingleton(new ClusteringChoice("Database clustering was asked for"));
        return builder;
    }
}
