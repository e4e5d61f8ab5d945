using ExpertCluster.V1;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace ExpertCluster.Client;

/// <summary>A cluster that a program calls, by the name of its connection; adds what speaks to it.</summary>
public sealed class ExpertClusterClientBuilder
{
    internal ExpertClusterClientBuilder(IServiceCollection services, string name) => (Services, Name) = (services, name);

    /// <summary>What is added to.</summary>
    public IServiceCollection Services { get; }

    /// <summary>Of the connection.</summary>
    public string Name { get; }

    /// <summary>Adds an <see cref="IChatClient"/>, and takes the middlewares that stand before it.</summary>
    /// <param name="model">Asked where a request names none; null: the options' own.</param>
    public ChatClientBuilder AddChatClient(string? model = null) => Services.AddChatClient(services => Create(services, model));

    /// <summary>The same under a key, for programs that call several clusters, or several experts by name.</summary>
    /// <param name="serviceKey">Of the service.</param>
    /// <param name="model">Asked where a request names none; null: the options' own.</param>
    public ChatClientBuilder AddKeyedChatClient(object serviceKey, string? model = null) =>
        Services.AddKeyedChatClient(serviceKey, services => Create(services, model));

    internal static Completions.CompletionsClient Completions(IServiceProvider services, string name) =>
        new(services.GetRequiredKeyedService<ExpertClusterChannel>(name).Calls);

    private ExpertClusterChatClient Create(IServiceProvider services, string? model)
    {
        var options = services.GetRequiredService<IOptionsMonitor<ExpertClusterClientOptions>>().Get(Name);
        return new ExpertClusterChatClient(
            services.GetRequiredKeyedService<ExpertClusterChannel>(Name),
            model ?? options.Model,
            options.Timeout,
            services.GetService<TimeProvider>() ?? TimeProvider.System);
    }
}
