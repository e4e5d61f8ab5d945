using System.CommandLine;
using System.Globalization;
using ExpertCluster.Catalogue.Preparation;
using ExpertCluster.Cli.Demo;
using ExpertCluster.Cli.Running;

namespace ExpertCluster.Cli.Commands;

/// <summary>The options that every command which starts a cluster has.</summary>
internal sealed class ClusterOptions
{
    private readonly Option<int> _hosts = new("--hosts") { Description = "Expert hosts to start, 1 to 16", DefaultValueFactory = _ => 2 };

    private readonly Option<string?> _config = new("--config") { Description = "The catalogue; default: the demo's" };

    private readonly Option<int> _http = new("--http")
    {
        Description = "The router's HTTP port; 0: any free one",
        DefaultValueFactory = _ => ClusterLayout.DefaultHttpPort,
    };

    private readonly Option<int> _grpc = new("--grpc")
    {
        Description = "The router's gRPC port; 0: any free one",
        DefaultValueFactory = _ => ClusterLayout.DefaultGrpcPort,
    };

    private readonly Option<string?> _tls = new("--tls")
    {
        Description = "Speak TLS with tls.crt, tls.key and ca.crt of this folder; the certificate must be for 127.0.0.1",
    };

    public ClusterOptions()
    {
        NumberOption.Range(_hosts, 1, 16);
        NumberOption.Range(_http, 0, 65535);
        NumberOption.Range(_grpc, 0, 65535);
    }

    public void AddTo(Command command)
    {
        command.Options.Add(_hosts);
        command.Options.Add(_config);
        command.Options.Add(_http);
        command.Options.Add(_grpc);
        command.Options.Add(_tls);
    }

    public string ConfigOf(ParseResult parsed) => parsed.GetValue(_config) ?? DemoCatalogue.Path;

    /// <summary>Prepares the catalogue where that hasn't been done, then starts the cluster.</summary>
    public async Task<RunningCluster> StartAsync(ParseResult parsed, Action<string> progress, CancellationToken cancellation)
    {
        string config = ConfigOf(parsed);
        var tls = new ClusterTls(parsed.GetValue(_tls));

        // An import does not look at the token: whoever stops the command does not wait for it.
        string prepared = await Task.Run(() => CataloguePreparer.PrepareCached(config, progress, cancellation), cancellation).WaitAsync(cancellation);
        var layout = new ClusterLayout
        {
            Prepared = prepared,
            Hosts = parsed.GetValue(_hosts),
            HttpPort = parsed.GetValue(_http),
            GrpcPort = parsed.GetValue(_grpc),
            Tls = tls,
            Logs = System.IO.Path.Combine(CacheFolder.Root, "logs", Environment.ProcessId.ToString(CultureInfo.InvariantCulture)),
        };
        progress(string.Create(CultureInfo.InvariantCulture, $"starting a router and {layout.Hosts} host{(layout.Hosts == 1 ? "" : "s")}"));
        return await RunningCluster.StartAsync(layout, progress, TimeProvider.System, cancellation);
    }
}
