using System.Globalization;
using Aspire.Hosting.ApplicationModel;

namespace ExpertCluster.Samples.AppHost;

/// <summary>Adds a cluster of experts to an Aspire application.</summary>
public static class ExpertClusterHosting
{
    /// <summary>Adds a router and hosts, which are healthy once a model can answer. Without <see cref="WithBase"/> they serve the demo's experts.</summary>
    /// <param name="builder">Of the application.</param>
    /// <param name="name">Of the resource, and of the connection string that <c>WithReference</c> gives others.</param>
    /// <param name="repository">Folder that has <c>cluster</c>.</param>
    /// <param name="hosts">How many.</param>
    public static IResourceBuilder<ExpertClusterResource> AddExpertCluster(
        this IDistributedApplicationBuilder builder, string name, string repository, int hosts = 1)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(hosts);
        var resource = new ExpertClusterResource(name, repository);
        return builder.AddResource(resource)
            .WithHttpEndpoint(name: ExpertClusterResource.HttpEndpoint)
            .WithHttpEndpoint(name: ExpertClusterResource.GrpcEndpoint)
            .WithHttpHealthCheck("/health", endpointName: ExpertClusterResource.HttpEndpoint)
            .WithArgs(context => AddArguments(context.Args, resource, hosts))
            .ExcludeFromManifest();
    }

    /// <summary>Adds a base: experts that follow run on it.</summary>
    /// <param name="cluster">Gets it.</param>
    /// <param name="name">Of the base.</param>
    /// <param name="path">A folder, whole, or a URI (docs/catalogue.md).</param>
    public static IResourceBuilder<ExpertClusterResource> WithBase(this IResourceBuilder<ExpertClusterResource> cluster, string name, string path)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        cluster.Resource.Add(new ExpertClusterResource.CatalogueBase(name, path));
        return cluster;
    }

    /// <summary>Adds an expert on the base before it.</summary>
    /// <param name="cluster">Gets it.</param>
    /// <param name="name">Of the expert.</param>
    /// <param name="adapter">A PEFT folder, whole, or a URI; null: the base alone.</param>
    /// <param name="description">What it knows; null: not said.</param>
    /// <param name="examples">A file of prompts that teach the gate; null: the expert is reached by its name alone.</param>
    /// <exception cref="InvalidOperationException">There is no base before it.</exception>
    public static IResourceBuilder<ExpertClusterResource> WithExpert(
        this IResourceBuilder<ExpertClusterResource> cluster, string name, string? adapter = null, string? description = null, string? examples = null)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        cluster.Resource.Add(new ExpertClusterResource.CatalogueExpert(name, adapter, description, examples));
        return cluster;
    }

    private static void AddArguments(IList<object> arguments, ExpertClusterResource resource, int hosts)
    {
        arguments.Add("up");
        arguments.Add("--hosts");
        arguments.Add(hosts.ToString(CultureInfo.InvariantCulture));
        arguments.Add("--http");
        arguments.Add(resource.Http.Property(EndpointProperty.TargetPort));
        arguments.Add("--grpc");
        arguments.Add(resource.Grpc.Property(EndpointProperty.TargetPort));
        if (resource.HasCatalogue)
        {
            string file = Path.Combine(Directory.CreateTempSubdirectory("experts").FullName, "experts.yaml");
            File.WriteAllText(file, resource.Catalogue());
            arguments.Add("--config");
            arguments.Add(file);
        }
    }
}
