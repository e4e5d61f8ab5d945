using System.Diagnostics;
using System.Globalization;
using ExpertCluster.Drills.Support;
using ExpertCluster.TestSupport;
using Npgsql;

namespace ExpertCluster.Drills.Stores;

/// <summary>Debian's PostgreSQL with a cluster of its own; nodes come as a user that owns its database and nothing else.</summary>
internal sealed class PostgresServer : IStore
{
    private const int Port = 5432;
    private const string Password = "drill";
    private const string Owner = "postgres";

    private readonly TemporaryFolder _folder = new();
    private readonly string _programs;
    private readonly string _data;
    private Process? _process;

    public PostgresServer(Machine machine)
    {
        Tool.Require("postgres");
        Machine = machine;
        _programs = Directory.GetDirectories("/usr/lib/postgresql").Order(StringComparer.Ordinal).Last() + "/bin/";
        _data = Path.Combine(_folder.Path, "data");
    }

    public string Clustering => "postgres";

    public string ConnectionString => With("cluster", Password, "members");

    public string WrongConnectionString => With("cluster", "wrong", "members");

    public Machine Machine { get; }

    public async Task StartAsync()
    {
        if (!Directory.Exists(_data))
        {
            await CreateAsync();

            // Heard by nobody but this test until it has what nodes look for: one that found a server without its database would end.
            await LaunchAsync("", _folder.Path);
            await RunAsync(_folder.Path, "postgres", $"CREATE ROLE cluster LOGIN PASSWORD '{Password}'");
            await RunAsync(_folder.Path, "postgres", "CREATE DATABASE members OWNER cluster");
            await KillAsync();
        }

        await LaunchAsync(Machine.Address, Machine.Address);
    }

    /// <summary>SIGQUIT is PostgreSQL's own crash: all of its processes end at once, nothing is written.</summary>
    public async Task KillAsync()
    {
        const int Quit = 3;
        Posix.Signal(_process!.Id, Quit);
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    public Task EmptyAsync() => RunAsync("members", "DROP SCHEMA expertcluster CASCADE");

    /// <summary>As the superuser.</summary>
    public Task RunAsync(string database, string sql) => RunAsync(Machine.Address, database, sql);

    /// <param name="host">Its address, or the folder of its socket.</param>
    /// <param name="database">Where it runs.</param>
    /// <param name="sql">One command.</param>
    private static async Task RunAsync(string host, string database, string sql)
    {
        await using var connection = new NpgsqlConnection(With(host, Owner, Password, database) + ";Pooling=false");
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is { HasExited: false })
        {
            const int Quit = 3;
            Posix.Signal(_process.Id, Quit);
            await _process.WaitForExitAsync(CancellationToken.None);
        }

        _process?.Dispose();
        _folder.Dispose();
    }

    /// <summary>PostgreSQL refuses to run as root; a login shell would stand between it and its signals.</summary>
    private static string[] AsOwner => ["setpriv", "--reuid=" + Owner, "--regid=" + Owner, "--init-groups"];

    private async Task CreateAsync()
    {
        Tool.Run("chown", [Owner, _folder.Path]);
        string password = Path.Combine(_folder.Path, "password");
        await File.WriteAllTextAsync(password, Password, TestContext.Current.CancellationToken);
        Tool.Run("chown", [Owner, password]);
        string[] create =
        [
            .. AsOwner, _programs + "initdb", "-D", _data, "-U", Owner, "--auth=scram-sha-256", "--pwfile=" + password, "--no-sync", "--locale=C", "--encoding=UTF8",
        ];
        await Tool.RunAsync(create[0], create[1..], directory: "/", cancellationToken: TestContext.Current.CancellationToken);
        await File.AppendAllTextAsync(Path.Combine(_data, "pg_hba.conf"), "host all all all scram-sha-256\n", TestContext.Current.CancellationToken);
    }

    /// <param name="listen">On which address; none where it is empty.</param>
    /// <param name="host">Where this test finds it.</param>
    private async Task LaunchAsync(string listen, string host)
    {
        _process = Machine.Start(
            [
                .. AsOwner, _programs + "postgres", "-D", _data, "-h", listen, "-p", Port.ToString(CultureInfo.InvariantCulture),
                "-k", _folder.Path, "-c", "shared_buffers=16MB", "-c", "max_connections=50",
            ],
            new Dictionary<string, string>());
        _ = _process.StandardError.ReadToEndAsync();
        await Node.UntilAsync(() => IsUpAsync(host));
    }

    private async Task<bool> IsUpAsync(string host)
    {
        Assert.False(_process!.HasExited);
        try
        {
            await RunAsync(host, "postgres", "SELECT 1");
            return true;
        }
        catch (NpgsqlException)
        {
            return false;
        }
    }

    private string With(string user, string password, string database) => With(Machine.Address, user, password, database);

    private static string With(string host, string user, string password, string database) => string.Create(
        CultureInfo.InvariantCulture, $"Host={host};Port={Port};Username={user};Password={password};Database={database}");
}
