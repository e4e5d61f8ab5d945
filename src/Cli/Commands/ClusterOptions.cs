using System.CommandLine;
using System.Globalization;
using ExpertCluster.Catalogue.Preparation;
using ExpertCluster.Cli.Demo;
using ExpertCluster.Cli.Running;
using ExpertCluster.CommandLine;

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

    private readonly IClusters _clusters;

    public ClusterOptions(IClusters clusters)
    {
        _clusters = clusters;
        NumberOption.Range(_hosts, 1, 16);
        NumberOption.Range(_http, 0, 65535);
        NumberOption.Range(_grpc, 0, 65535);
    }

    public string ConfigOf(ParseResult parsed) => parsed.GetValue(_config) ?? DemoCatalogue.Path;

    /// <summary>
    /// Makes the command one that prepares the catalogue where that hasn't been done, starts the cluster, does its work with it
    /// while it follows the catalogue, and stops it; SIGTERM and Ctrl-C end it in order at any moment, with 0.
    /// </summary>
    /// <param name="command">Gets these options, and the action.</param>
    /// <param name="read">Reads what the command needs, before anything starts; gives what it does, whose result is the exit code.</param>
    public void Serve(Command command, Func<ParseResult, Func<RunningCluster, CancellationToken, Task<int>>> read)
    {
        AddTo(command);
        command.SetAction(async (parsed, cancellation) =>
        {
            using var signals = new Signals();
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(signals.Token, cancellation);
            try
            {
                var work = read(parsed);
                var keeper = _clusters.Keeper(ConfigOf(parsed), Progress.To(parsed.InvocationConfiguration.Error));

                // Before the first preparation: what is edited meanwhile is seen.
                var following = new CatalogueFollowing(ConfigOf(parsed), keeper, parsed.InvocationConfiguration.Error);
                await using var cluster = await StartAsync(parsed, keeper, stop.Token);
                using var channel = cluster.OpenAdminChannel();
                return await following.DuringAsync(AdminLogin.OfProcess().Over(channel.CreateCallInvoker()), () => work(cluster, stop.Token), stop.Token);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return 0;
            }
        });
    }

    private void AddTo(Command command)
    {
        command.Options.Add(_hosts);
        command.Options.Add(_config);
        command.Options.Add(_http);
        command.Options.Add(_grpc);
        command.Options.Add(_tls);
    }

    private async Task<RunningCluster> StartAsync(ParseResult parsed, ICatalogueKeeper keeper, CancellationToken cancellation)
    {
        int http = parsed.GetValue(_http);
        int grpc = parsed.GetValue(_grpc);
        if (http == grpc && http != 0)
        {
            throw new ClusterStartException($"{_http.Name} and {_grpc.Name} are both {http}; each needs a port of its own");
        }

        var layout = new ClusterLayout
        {
            Prepared = "",
            Hosts = parsed.GetValue(_hosts),
            HttpPort = http,
            GrpcPort = grpc,
            Tls = new ClusterTls(parsed.GetValue(_tls)),
            Errors = parsed.InvocationConfiguration.Error,
        };
        var progress = Progress.To(layout.Errors);

        // An import does not look at the token: whoever stops the command does not wait for it.
        await Task.Run(() => keeper.Prepare(keeper.Last(), isFileNew: true, cancellation), cancellation).WaitAsync(cancellation);
        progress(string.Create(CultureInfo.InvariantCulture, $"starting a router and {layout.Hosts} host{(layout.Hosts == 1 ? "" : "s")}"));
        string state = Path.Combine(StateFolder.Root, Path.GetFileName(keeper.Output));
        return await _clusters.StartAsync(layout with { Prepared = keeper.Output, State = state }, progress, cancellation);
    }
}
