using ExpertCluster.Catalogue.Prepared;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace ExpertCluster.Catalogue.Snapshots;

/// <summary>What a process has that reads the catalogue.</summary>
public static class CatalogueServices
{
    /// <summary>Reads the prepared folder, now and whenever it changes: <see cref="ICatalogueSource"/>, <see cref="CatalogueHistory"/>.</summary>
    /// <param name="services">Of the process.</param>
    /// <param name="prepared">The folder that `prepare` wrote.</param>
    /// <exception cref="CatalogueException">It can't be used.</exception>
    public static IServiceCollection AddCatalogue(this IServiceCollection services, string prepared)
    {
        var first = PreparedCatalogue.Load(prepared);
        services.AddSingleton(new CatalogueHolder(new CatalogueSnapshot(version: 1, first)));
        services.AddSingleton<ICatalogueSource>(provider => provider.GetRequiredService<CatalogueHolder>());
        services.AddSingleton(new CatalogueFolder(prepared, first));
        services.AddSingleton<CatalogueHistory>();
        services.AddHostedService<CatalogueFollower>();
        return services;
    }
}

/// <summary>Where the catalogue is read.</summary>
/// <param name="Path">The prepared folder.</param>
/// <param name="First">What it held at start.</param>
internal sealed record CatalogueFolder(string Path, PreparedCatalogue First);
