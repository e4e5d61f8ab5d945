namespace ExpertCluster.Client;

/// <summary>Where a cluster's routers are, and how they are called.</summary>
public sealed class ExpertClusterClientOptions
{
    /// <summary>
    /// <c>http://host:port</c> or <c>https://host:port</c> of a router's gRPC port, several of them with commas between, or
    /// <c>dns:///host:port</c> for all addresses that a name has. Several get the requests in turn. Required.
    /// </summary>
    public string Endpoint { get; set; } = "";

    /// <summary>Sent as a bearer token, which tells callers apart; null: none.</summary>
    public string? Key { get; set; }

    /// <summary>Asked where a request names no model: an expert, a base, or <c>auto</c> for the gate. Default: <c>auto</c>.</summary>
    public string Model { get; set; } = ClientLimits.Auto;

    /// <summary>The longest that a whole answer may take, 1 second to 1 day. Default: 10 minutes.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>Whether addresses behind <c>dns:///</c> speak TLS; those of http and https say so themselves. Default: false.</summary>
    public bool UseTls { get; set; }

    /// <summary>Changes the handler of connections before the first one: its <c>SslOptions</c> take an authority or a client's certificate. Its ConnectCallback stays gRPC's.</summary>
    public Action<SocketsHttpHandler>? ConfigureHandler { get; set; }

    /// <summary>Takes what a connection string says: <c>Endpoint=http://router:8081;Key=...;Model=auto</c>, each at most once, Endpoint at least.</summary>
    /// <param name="connectionString">Parts with semicolons between; a value that has one stands in quotes.</param>
    /// <exception cref="FormatException">It can't be read, or has a part of another name.</exception>
    public void Read(string connectionString)
    {
        ArgumentNullException.ThrowIfNull(connectionString);
        ConnectionStrings.Onto(this, connectionString);
    }

    /// <summary>Everything that is wrong, a sentence each; empty: nothing.</summary>
    internal IReadOnlyList<string> Problems() => ClientLimits.Check(this);
}
