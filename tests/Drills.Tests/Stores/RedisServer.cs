using System.Diagnostics;
using System.Globalization;
using ExpertCluster.Drills.Support;
using ExpertCluster.TestSupport;
using StackExchange.Redis;

namespace ExpertCluster.Drills.Stores;

/// <summary>Debian's redis-server, which writes each change to disk.</summary>
internal sealed class RedisServer : IStore
{
    private const int Port = 6379;
    private const string Password = "drill";

    private readonly TemporaryFolder _data = new();
    private Process? _process;

    public RedisServer(Machine machine)
    {
        Tool.Require("redis-server");
        Machine = machine;
    }

    public string Clustering => "redis";

    public string ConnectionString => With(Password);

    public string WrongConnectionString => With("wrong");

    public Machine Machine { get; }

    public async Task StartAsync()
    {
        _process = Machine.Start(
            [
                "redis-server", "--bind", Machine.Address, "--port", Port.ToString(CultureInfo.InvariantCulture), "--requirepass", Password,
                "--dir", _data.Path, "--appendonly", "yes", "--appendfsync", "always", "--save", "",
            ],
            new Dictionary<string, string>());
        _ = _process.StandardOutput.ReadToEndAsync();
        await Node.UntilAsync(async () =>
        {
            Assert.False(_process.HasExited);
            try
            {
                await using var connection = await ConnectionMultiplexer.ConnectAsync(ConnectionString);
                await connection.GetDatabase().PingAsync();
                return true;
            }
            catch (RedisException)
            {
                return false;
            }
        });
    }

    public async Task KillAsync()
    {
        _process!.Kill();
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    public async Task EmptyAsync()
    {
        await using var connection = await ConnectionMultiplexer.ConnectAsync(ConnectionString + ",allowAdmin=true");
        await connection.GetServers().Single().FlushAllDatabasesAsync();
    }

    public ValueTask DisposeAsync()
    {
        _process?.Kill();
        _process?.Dispose();
        _data.Dispose();
        return ValueTask.CompletedTask;
    }

    private string With(string password) => string.Create(CultureInfo.InvariantCulture, $"{Machine.Address}:{Port},password={password}");
}
