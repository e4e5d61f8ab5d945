using ExpertCluster.Node.Storage;
using Npgsql;
using Orleans.Configuration;
using Orleans.Hosting;

namespace ExpertCluster.Node.Membership;

/// <summary>
/// Membership and grains' state in a PostgreSQL database, in a schema of its own. The tables and the queries that Orleans' provider reads from
/// them are made by the first node (membership.sql, for the provider of Orleans 10.4), under a lock, as several start at once.
/// A role that may not make a schema will do where somebody has made it.
/// </summary>
internal sealed class PostgresStore : IMembershipStore
{
    /// <summary>Of the tables and queries; raise it with membership.sql.</summary>
    private const string Revision = "2";

    /// <summary>The name under which Orleans knows PostgreSQL's driver.</summary>
    private const string Invariant = "Npgsql";

    /// <summary>Where they lie, unless the connection string names another search path.</summary>
    private const string DefaultSchema = "expertcluster";

    /// <summary>Seconds. The driver's own fifteen and thirty would outlast the cluster's patience.</summary>
    private const int Patience = 2;

    /// <summary>Of the advisory lock: "expertcl" in ASCII.</summary>
    private const long LockKey = 0x657870657274636C;

    private const string ReadRevision = "SELECT QueryText FROM OrleansQuery WHERE QueryKey = 'ExpertClusterRevision'";

    private readonly NpgsqlDataSource _database;
    private readonly string _schema;

    /// <param name="connectionString">As Npgsql reads it: "Host=store;Database=orleans;Username=...;Password=...".</param>
    /// <exception cref="ArgumentException">It can't be read.</exception>
    public PostgresStore(string connectionString)
    {
        var builder = new NpgsqlDataSourceBuilder(connectionString);
        var settings = builder.ConnectionStringBuilder;
        settings.Timeout = Math.Min(settings.Timeout, Patience);
        settings.CommandTimeout = Math.Min(settings.CommandTimeout, Patience);
        settings.SearchPath ??= DefaultSchema;
        _schema = settings.SearchPath.Split(',')[0].Trim();
        _database = builder.Build();
    }

    public string Name => "PostgreSQL";

    public void Use(ISiloBuilder silo)
    {
        silo.UseAdoNetClustering((AdoNetClusteringSiloOptions options) => (options.Invariant, options.DataSource) = (Invariant, _database));
        silo.AddAdoNetGrainStorage(GrainStores.Cluster, (AdoNetGrainStorageOptions options) => (options.Invariant, options.DataSource) = (Invariant, _database));
    }

    public async Task PrepareAsync(CancellationToken cancellation)
    {
        await using var connection = await _database.OpenConnectionAsync(cancellation);
        if (await IsReadyAsync(connection, cancellation))
        {
            return;
        }

        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await RunAsync(connection, FormattableString.Invariant($"SELECT pg_advisory_xact_lock({LockKey})"), cancellation);
        await RunAsync(connection, await MissingSchemaAsync(connection, cancellation) + Script(), cancellation);
        await transaction.CommitAsync(cancellation);
    }

    public string? RefusalOf(Exception error) => error switch
    {
        PostgresException refused => ReasonOf(refused) is { } reason ? $"ExpertCluster:Clustering:ConnectionString: {reason}" : null,
        { InnerException: { } inner } => RefusalOf(inner),
        _ => null,
    };

    private string? ReasonOf(PostgresException refused) => refused.SqlState switch
    {
        PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification => "PostgreSQL refuses the user or the password",
        PostgresErrorCodes.InvalidCatalogName => "PostgreSQL has no database of that name",
        PostgresErrorCodes.InsufficientPrivilege =>
            $"the user lacks rights in PostgreSQL: it must be allowed to make the schema {_schema}, or, where that exists, to make tables in it (USAGE and CREATE)",
        _ => null,
    };

    private static async Task<bool> IsReadyAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        try
        {
            await using var command = new NpgsqlCommand(ReadRevision, connection);
            return await command.ExecuteScalarAsync(cancellation) is Revision;
        }
        catch (PostgresException error) when (error.SqlState == PostgresErrorCodes.UndefinedTable)
        {
            return false;
        }
    }

    /// <summary>Asked first: to make a schema "if it does not exist" takes the right to make one, even where it does.</summary>
    private async Task<string> MissingSchemaAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand("SELECT EXISTS (SELECT 1 FROM pg_namespace WHERE nspname = $1)", connection) { Parameters = { new() { Value = _schema } } };
        return await command.ExecuteScalarAsync(cancellation) is true
            ? ""
            : $"CREATE SCHEMA {new NpgsqlCommandBuilder().QuoteIdentifier(_schema)};\n";
    }

    private static async Task RunAsync(NpgsqlConnection connection, string sql, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellation);
    }

    private static string Script()
    {
        using var reader = new StreamReader(typeof(PostgresStore).Assembly.GetManifestResourceStream("membership.sql")!);
        return reader.ReadToEnd();
    }
}
