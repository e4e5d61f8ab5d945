using System.CommandLine;
using System.Globalization;
using ExpertCluster.Cli.Inspection;
using ExpertCluster.Cli.Running;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Grpc.Net.Client;

namespace ExpertCluster.Cli.Commands;

/// <summary>The options of commands that ask a cluster which runs already.</summary>
internal sealed class AddressOptions
{
    private readonly Option<string> _address = new("--grpc-address")
    {
        Description = "gRPC address of a router; of its admin port, where it has one",
        DefaultValueFactory = _ => string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{ClusterLayout.DefaultGrpcPort}"),
    };

    private readonly Option<string?> _token = new("--token-file")
    {
        Description = "A file with the token that the admin API asks for; default: as EXPERTCLUSTER__ROUTER__ADMINTOKEN or ...ADMINTOKENFILE say",
    };

    private readonly Option<string?> _tls = new("--tls") { Description = "Speak TLS with tls.crt, tls.key and ca.crt of this folder, to an https address" };

    public AddressOptions() => _address.Validators.Add(result =>
    {
        string text = result.GetValueOrDefault<string>() ?? "";
        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https"))
        {
            result.AddError($"{_address.Name} is '{text}'; it must be an address like http://host:port or https://host:port");
        }
    });

    /// <summary>Makes the command one that asks the cluster; SIGTERM and Ctrl-C end it with 0.</summary>
    /// <param name="command">Gets these options, and the action.</param>
    /// <param name="work">Asks, and prints.</param>
    public void Ask(Command command, Func<ParseResult, AdminReader, CancellationToken, Task> work) =>
        Call(command, (parsed, router, stop) => work(parsed, new AdminReader(router.Address, router.Admin), stop));

    /// <summary>Makes the command one that calls the cluster; SIGTERM and Ctrl-C end it with 0.</summary>
    /// <param name="command">Gets these options, and the action.</param>
    /// <param name="work">Is done with a router.</param>
    public void Call(Command command, Func<ParseResult, RouterAccess, CancellationToken, Task> work)
    {
        command.Options.Add(_address);
        command.Options.Add(_tls);
        command.Options.Add(_token);
        command.SetAction(async (parsed, cancellation) =>
        {
            using var signals = new Signals();
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(signals.Token, cancellation);
            string address = parsed.GetRequiredValue(_address);
            using var channel = Open(address, parsed.GetValue(_tls));
            try
            {
                await work(parsed, new RouterAccess(address, AdminLogin.OfProcess(parsed.GetValue(_token)).Over(channel.Intercept(RunningCluster.Ends))), stop.Token);
            }
            catch (Exception error) when (stop.IsCancellationRequested && error is OperationCanceledException or RpcException { StatusCode: StatusCode.Cancelled })
            {
                // It was told to end.
            }

            return 0;
        });
    }

    private GrpcChannel Open(string address, string? tls)
    {
        bool secure = address.StartsWith("https:", StringComparison.OrdinalIgnoreCase);
        if (secure != tls is not null)
        {
            throw new ClusterCallException(secure
                ? $"{_address.Name} is {address}, which needs {_tls.Name} with a folder that has ca.crt"
                : $"{_tls.Name} is set, and {_address.Name} is {address}, which speaks no TLS");
        }

        return GrpcChannel.ForAddress(
            address,
            new GrpcChannelOptions
            {
                HttpHandler = new ClusterTls(tls).Transport.CreateHandler(),
                DisposeHttpClient = true,
                MaxReceiveMessageSize = RunningCluster.MostBytes,
            });
    }
}

/// <summary>A router that commands call.</summary>
/// <param name="Address">For messages.</param>
/// <param name="Calls">To it.</param>
internal sealed record RouterAccess(string Address, CallInvoker Calls)
{
    public V1.Admin.AdminClient Admin { get; } = new(Calls.Intercept(RunningCluster.Deadlines));
}
