using System.CommandLine;
using ExpertCluster.Cli.Inspection;
using ExpertCluster.CommandLine;
using ExpertCluster.V1;
using Grpc.Core;

namespace ExpertCluster.Cli.Commands;

/// <summary>The options that every command has which changes a running cluster, and how its outcome is told.</summary>
internal sealed class ChangeOptionSet
{
    private const int DefaultWait = 30;

    private readonly Argument<string>? _argument;
    private readonly string _name = "";
    private readonly Option<int> _wait = new("--wait") { Description = "Seconds to wait until the change is served, 0 to 600", DefaultValueFactory = _ => DefaultWait };
    private readonly Option<string> _reason = new("--reason") { Description = "Why, for the record", DefaultValueFactory = _ => "" };

    /// <param name="of">What the command changes one of.</param>
    public ChangeOptionSet(string of)
        : this() => _argument = new("NAME") { Description = $"The {of}'s name" };

    private ChangeOptionSet() => NumberOption.Range(_wait, 0, 600);

    private ChangeOptionSet(string name, Argument<string>? argument)
        : this() => (_name, _argument) = (name, argument);

    /// <summary>Of commands that change what there is one of.</summary>
    /// <param name="name">What it is called.</param>
    public static ChangeOptionSet Of(string name) => new(name, argument: null);

    /// <param name="command">Gets these options, and the action.</param>
    /// <param name="change">Makes the change.</param>
    public Command Change(Command command, Func<ParseResult, Admin.AdminClient, string, ChangeOptions, CallOptions, AsyncUnaryCall<ChangeResponse>> change)
    {
        if (_argument is not null)
        {
            command.Arguments.Add(_argument);
        }

        command.Options.Add(_wait);
        command.Options.Add(_reason);
        new AddressOptions().Call(command, async (parsed, router, stop) =>
        {
            string name = _argument is null ? _name : parsed.GetRequiredValue(_argument);
            int wait = parsed.GetValue(_wait);
            var options = new ChangeOptions { WaitSeconds = wait, Reason = parsed.GetRequiredValue(_reason) };
            var answer = await MakeAsync(router, wait, call => change(parsed, router.Admin, name, options, call), stop);
            if (answer.Failure.Length > 0)
            {
                throw new ClusterCallException($"{name}: version {answer.Version} is stored, and can't be served: {answer.Failure}");
            }

            await parsed.InvocationConfiguration.Output.WriteLineAsync(answer.Served
                ? $"{name}: version {answer.Version} is served"
                : $"{name}: version {answer.Version} is stored, and was not served within {wait} seconds; does a keeper run (`up`, `keep`)?");
            if (_argument is null && answer.Details.Length > 0)
            {
                await parsed.InvocationConfiguration.Output.WriteLineAsync($"{name}: {answer.Details}");
            }
        });
        return command;
    }

    private static async Task<ChangeResponse> MakeAsync(RouterAccess router, int wait, Func<CallOptions, AsyncUnaryCall<ChangeResponse>> call, CancellationToken stop)
    {
        try
        {
            // What the router may take, and what it may wait.
            var deadline = TimeProvider.System.GetUtcNow().UtcDateTime.AddSeconds(wait + 15);
            return await call(new CallOptions(deadline: deadline, cancellationToken: stop));
        }
        catch (RpcException error) when (!stop.IsCancellationRequested && Explain(router.Address, error) is { } sentence)
        {
            throw new ClusterCallException(sentence);
        }
    }

    private static string? Explain(string address, RpcException error) => error.StatusCode switch
    {
        StatusCode.InvalidArgument or StatusCode.NotFound or StatusCode.FailedPrecondition => $"{address} refuses: {error.Status.Detail}",
        StatusCode.Unavailable when error.Status.DebugException is null => $"{address} can't do it now: {error.Status.Detail}",
        _ => AdminReader.Explain(address, error),
    };
}
