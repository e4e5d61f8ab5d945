using Microsoft.Extensions.DependencyInjection;
using Orleans.Hosting;
using Orleans.OneMachine.Hosting;

namespace Microsoft.Extensions.Hosting;

/// <summary>Accepted, so that one product source serves both builds; the start then fails with the way out.</summary>
public static class RedisClusteringISiloBuilderExtensions
{
    public static ISiloBuilder UseRedisClustering(this ISiloBuilder builder, string redisConnectionString)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddSingleton(new ClusteringChoice("Redis clustering was asked for"));
        return builder;
    }
}
