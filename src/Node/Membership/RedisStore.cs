using ExpertCluster.Node.Storage;
using Microsoft.Extensions.Hosting;
using Orleans.Clustering.Redis;
using Orleans.Hosting;
using StackExchange.Redis;

namespace ExpertCluster.Node.Membership;

/// <summary>Membership and grains' state in a Redis. It needs nothing there: a hash each, made by who writes first.</summary>
internal sealed class RedisStore : IMembershipStore
{
    /// <summary>Milliseconds. The client's own five seconds, and its pauses as long, would outlast the cluster's patience.</summary>
    private const int Patience = 2_000;
    private const int ReconnectPause = 500;

    private readonly ConfigurationOptions _options;
    private Lazy<Task<ConnectionMultiplexer>> _connection;

    /// <param name="connectionString">As StackExchange.Redis reads it: "store:6379,password=...".</param>
    /// <exception cref="ArgumentException">It can't be read.</exception>
    public RedisStore(string connectionString)
    {
        _options = ConfigurationOptions.Parse(connectionString);

        // One that has answered once is for the life of the process: the client makes it again whenever there is a store.
        _options.AbortOnConnectFail = false;
        _options.ConnectTimeout = Math.Min(_options.ConnectTimeout, Patience);
        _options.SyncTimeout = Math.Min(_options.SyncTimeout, Patience);
        _options.AsyncTimeout = Math.Min(_options.AsyncTimeout, Patience);
        _options.ReconnectRetryPolicy = new LinearRetry(ReconnectPause);
        _connection = new Lazy<Task<ConnectionMultiplexer>>(ConnectAsync);
    }

    public string Name => "Redis";

    public void Use(ISiloBuilder silo)
    {
        silo.UseRedisClustering(options =>
        {
            options.ConfigurationOptions = _options;
            options.CreateMultiplexer = async _ => (await ConnectionAsync(), true);
        });
        silo.AddRedisGrainStorage(GrainStores.Cluster, options =>
        {
            options.ConfigurationOptions = _options;
            options.CreateMultiplexer = async _ => (await ConnectionAsync(), true);
        });
    }

    public async Task PrepareAsync(CancellationToken cancellation) =>
        await (await ConnectionAsync().WaitAsync(cancellation)).GetDatabase().PingAsync().WaitAsync(cancellation);

    public string? RefusalOf(Exception error) => error switch
    {
        RedisConnectionException { FailureType: ConnectionFailureType.AuthenticationFailure } => Refused,
        RedisServerException server when IsRefusal(server.Message) => Refused,
        { InnerException: { } inner } => RefusalOf(inner),
        _ => null,
    };

    /// <summary>
    /// Each try is a client of its own: one whose first try ran out of time tells of that try for ever (StackExchange.Redis 2.13),
    /// and a wrong password would look like a store that is not there.
    /// </summary>
    private async Task<ConnectionMultiplexer> ConnectionAsync()
    {
        var current = _connection;
        try
        {
            return await current.Value;
        }
        catch
        {
            Interlocked.CompareExchange(ref _connection, new Lazy<Task<ConnectionMultiplexer>>(ConnectAsync), current);
            throw;
        }
    }

    private async Task<ConnectionMultiplexer> ConnectAsync()
    {
        var client = await ConnectionMultiplexer.ConnectAsync(_options);
        try
        {
            await client.GetDatabase().PingAsync();
            return client;
        }
        catch
        {
            await client.DisposeAsync();
            throw;
        }
    }

    private static string Refused =>
        "ExpertCluster:Clustering:ConnectionString: the Redis refuses this node: user or password is missing or wrong, or the user may not use hashes";

    // The codes that Redis begins its errors with.
    private static bool IsRefusal(string message) =>
        message.Contains("NOAUTH", StringComparison.Ordinal) || message.Contains("WRONGPASS", StringComparison.Ordinal) || message.Contains("NOPERM", StringComparison.Ordinal);
}
