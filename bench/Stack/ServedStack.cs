using System.Diagnostics;
using ExpertCluster.Cli.Running;
using ExpertCluster.V1;
using Grpc.Net.Client;

namespace ExpertCluster.Bench.Stack;

/// <summary>A router and one host as processes of this machine, and a client in this one, all over loopback.</summary>
internal sealed class ServedStack : ITokenSource, IAsyncDisposable
{
    private readonly RunningCluster _cluster;
    private readonly GrpcChannel _channel;
    private readonly Completions.CompletionsClient _client;
    private readonly string _model;

    private ServedStack(RunningCluster cluster, string model)
    {
        (_cluster, _model) = (cluster, model);
        _channel = GrpcChannel.ForAddress(cluster.GrpcAddress);
        _client = new Completions.CompletionsClient(_channel);
    }

    public static ClusterLayout Layout(BenchModel demo) => new()
    {
        Prepared = demo.Prepared,
        Hosts = 1,
        HttpPort = 0,
        GrpcPort = 0,
    };

    public static async Task<ServedStack> StartAsync(ClusterLayout layout, string model, CancellationToken cancellation) =>
        new(await RunningCluster.StartAsync(layout, Console.Error.WriteLine, TimeProvider.System, cancellation), model);

    public async Task<StreamOutcome> GenerateAsync(StreamRequest request, CancellationToken cancellation)
    {
        var message = new CompleteRequest
        {
            Model = _model,
            Prompt = request.Prompt,
            Sampling = new Sampling { MaxTokens = request.MaxTokens, Temperature = request.Temperature, Seed = request.Seed },
        };
        using var call = _client.Complete(message, cancellationToken: cancellation);
        var outcome = default(StreamOutcome);
        while (await call.ResponseStream.MoveNext(cancellation))
        {
            outcome = outcome.WithChunk();
            foreach (var token in call.ResponseStream.Current.Tokens)
            {
                outcome = outcome.WithToken(token.Id);
            }
        }

        return outcome;
    }

    public IReadOnlyDictionary<string, TimeSpan> ProcessorTime() => new Dictionary<string, TimeSpan>
    {
        ["client"] = Of(Environment.ProcessId),
        ["router"] = Of(_cluster.Router.Process.Id),
        ["host"] = Of(_cluster.Hosts[0].Process.Id),
    };

    public async ValueTask DisposeAsync()
    {
        _channel.Dispose();
        await _cluster.DisposeAsync();
    }

    private static TimeSpan Of(int process)
    {
        using var found = Process.GetProcessById(process);
        return found.TotalProcessorTime;
    }
}
