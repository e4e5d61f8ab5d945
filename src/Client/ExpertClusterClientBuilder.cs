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

    /// <summary>Adds an <see cref="IEmbeddingGenerator{TInput, TEmbedding}"/>, and takes the middlewares that stand before it.</summary>
    /// <param name="model">An encoder's name; null: the only one there is that gives vectors. The options' model is for chats.</param>
    public EmbeddingGeneratorBuilder<string, Embedding<float>> AddEmbeddingGenerator(string? model = null) =>
        Services.AddEmbeddingGenerator(services => CreateGenerator(services, model));

    /// <summary>The same under a key, for programs that call several clusters, or several encoders by name.</summary>
    /// <param name="serviceKey">Of the service.</param>
    /// <param name="model">An encoder's name; null: the only one there is that gives vectors.</param>
    public EmbeddingGeneratorBuilder<string, Embedding<float>> AddKeyedEmbeddingGenerator(object serviceKey, string? model = null) =>
        Services.AddKeyedEmbeddingGenerator(serviceKey, services => CreateGenerator(services, model));

    internal static Completions.CompletionsClient Completions(IServiceProvider services, string name) =>
        new(services.GetRequiredKeyedService<ExpertClusterChannel>(name).Calls);

    private ExpertClusterEmbeddingGenerator CreateGenerator(IServiceProvider services, string? model) => new(
        services.GetRequiredKeyedService<ExpertClusterChannel>(Name),
        model ?? ClientLimits.Auto,
        services.GetRequiredService<IOptionsMonitor<ExpertClusterClientOptions>>().Get(Name).Timeout,
        services.GetService<TimeProvider>() ?? TimeProvider.System);

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
