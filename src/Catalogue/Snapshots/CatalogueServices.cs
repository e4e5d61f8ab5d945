using ExpertCluster.Catalogue.Prepared;
using ExpertCluster.Catalogue.Remote;
using ExpertCluster.Catalogue.Sources;
using ExpertCluster.Contracts;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace ExpertCluster.Catalogue.Snapshots;

/// <summary>What a process has that reads the catalogue.</summary>
public static class CatalogueServices
{
    /// <summary>
    /// Reads the catalogue, now and whenever it changes: <see cref="ICatalogueSource"/>, <see cref="CatalogueHistory"/>, and
    /// <see cref="IPreparedContent"/> for what it names.
    /// </summary>
    /// <param name="services">Of the process.</param>
    /// <param name="prepared">The folder that `prepare` wrote, or the URI at which it is published.</param>
    /// <param name="needsGate">Whether the process uses the request gate: of a published catalogue it is brought before the catalogue is taken.</param>
    /// <exception cref="SetupException">It can't be used.</exception>
    public static IServiceCollection AddCatalogue(this IServiceCollection services, string prepared, bool needsGate)
    {
        ArgumentNullException.ThrowIfNull(prepared);
        return SourceUri.Is(prepared)
            ? services.AddPublished(RemoteCatalogue.Open(prepared, needsGate, SourceEnvironment.OfProcess, Path.Combine(CacheFolder.Root, CacheFolder.Store), TimeProvider.System))
            : services.Add(new CatalogueReading(new FolderOrigin(prepared), PreparedCatalogue.Load(prepared), Mark: ""), new FolderContent());
    }

    private static IServiceCollection AddPublished(this IServiceCollection services, RemoteCatalogue remote)
    {
        // Nothing can be put together before the catalogue is there, and nobody awaits here: it is the process's first thread.
        using var first = remote.Origin.FirstAsync(CancellationToken.None).GetAwaiter().GetResult();
        return services.Add(new CatalogueReading(remote.Origin, first.Catalogue, first.Mark), remote.Content);
    }

    private static IServiceCollection Add(this IServiceCollection services, CatalogueReading reading, IPreparedContent content)
    {
        services.AddSingleton(new CatalogueHolder(new CatalogueSnapshot(version: 1, reading.First)));
        services.AddSingleton<ICatalogueSource>(provider => provider.GetRequiredService<CatalogueHolder>());
        services.AddSingleton(reading);
        services.AddSingleton(content);
        services.AddSingleton<CatalogueHistory>();
        services.AddHostedService<CatalogueFollower>();
        return services;
    }
}

/// <summary>Where the catalogue is looked at.</summary>
/// <param name="Origin">The folder, or the server.</param>
/// <param name="First">What it held at start.</param>
/// <param name="Mark">By which a later look knows whether it changed.</param>
internal sealed record CatalogueReading(IPreparedOrigin Origin, PreparedCatalogue First, string Mark);
