using ExpertCluster.V1;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace ExpertCluster.Client;

/// <summary>Adds a cluster to a program's services.</summary>
public static class ExpertClusterClientServices
{
    /// <summary>
    /// Adds the connections to a cluster, and <see cref="Completions.CompletionsClient"/> for calls beside chat (of the first cluster, and of each under its
    /// name as key). Wrong options end the program at its start.
    /// </summary>
    /// <param name="services">Added to.</param>
    /// <param name="connectionName">Of the connection string that is read from the configuration, where there is one (<c>ConnectionStrings:NAME</c>).</param>
    /// <param name="configure">Changes what the connection string says.</param>
    public static ExpertClusterClientBuilder AddExpertClusterClient(
        this IServiceCollection services, string connectionName, Action<ExpertClusterClientOptions>? configure)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentException.ThrowIfNullOrEmpty(connectionName);
        services.AddOptions<ExpertClusterClientOptions>(connectionName)
            .Configure<IServiceProvider>((options, provider) => ReadConnection(options, provider, connectionName))
            .Configure(options => configure?.Invoke(options))
            .ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<ExpertClusterClientOptions>, ClientOptionsValidator>());
        services.TryAddKeyedSingleton(connectionName, (provider, _) =>
            new ExpertClusterChannel(provider.GetRequiredService<IOptionsMonitor<ExpertClusterClientOptions>>().Get(connectionName)));
        services.TryAddKeyedSingleton(connectionName, (provider, _) => ExpertClusterClientBuilder.Completions(provider, connectionName));
        services.TryAddSingleton(provider => ExpertClusterClientBuilder.Completions(provider, connectionName));
        return new ExpertClusterClientBuilder(services, connectionName);
    }

    /// <inheritdoc cref="AddExpertClusterClient(IServiceCollection, string, Action{ExpertClusterClientOptions})"/>
    /// <param name="services">Added to.</param>
    /// <param name="connectionName">Of the connection string that the configuration has (<c>ConnectionStrings:NAME</c>).</param>
    public static ExpertClusterClientBuilder AddExpertClusterClient(this IServiceCollection services, string connectionName) =>
        services.AddExpertClusterClient(connectionName, configure: null);

    /// <inheritdoc cref="AddExpertClusterClient(IServiceCollection, string, Action{ExpertClusterClientOptions})"/>
    /// <param name="builder">Its services are added to.</param>
    /// <param name="connectionName">Of the connection string that the configuration has (<c>ConnectionStrings:NAME</c>).</param>
    public static ExpertClusterClientBuilder AddExpertClusterClient(this IHostApplicationBuilder builder, string connectionName) =>
        builder.AddExpertClusterClient(connectionName, configure: null);

    /// <inheritdoc cref="AddExpertClusterClient(IServiceCollection, string, Action{ExpertClusterClientOptions})"/>
    /// <param name="builder">Its services are added to.</param>
    /// <param name="connectionName">Of the connection string that is read from the configuration, where there is one (<c>ConnectionStrings:NAME</c>).</param>
    /// <param name="configure">Changes what the connection string says.</param>
    public static ExpertClusterClientBuilder AddExpertClusterClient(
        this IHostApplicationBuilder builder, string connectionName, Action<ExpertClusterClientOptions>? configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.Services.AddExpertClusterClient(connectionName, configure);
    }

    private static void ReadConnection(ExpertClusterClientOptions options, IServiceProvider provider, string name)
    {
        if (provider.GetService<IConfiguration>()?.GetConnectionString(name) is not { Length: > 0 } text)
        {
            return;
        }

        try
        {
            options.Read(text);
        }
        catch (FormatException error)
        {
            throw new OptionsValidationException(name, typeof(ExpertClusterClientOptions), [$"ConnectionStrings:{name}: {error.Message}"]);
        }
    }
}
