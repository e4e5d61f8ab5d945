using ExpertCluster.Cli.Running;
using ExpertCluster.V1;
using Grpc.Net.Client;

namespace ExpertCluster.Bench.Latency;

/// <summary>Through host and router, over gRPC.</summary>
internal sealed class RouterExchange : IStampedExchange, IDisposable
{
    private readonly GrpcChannel _channel;
    private readonly Completions.CompletionsClient _client;
    private readonly string _model;

    public RouterExchange(RunningCluster cluster, string model)
    {
        _model = model;
        _channel = GrpcChannel.ForAddress(cluster.GrpcAddress);
        _client = new Completions.CompletionsClient(_channel);
        Processes = new Dictionary<string, int> { ["between"] = cluster.Router.Process.Id, ["source"] = cluster.Hosts[0].Process.Id };
    }

    public string Name => "host and router";

    public IReadOnlyDictionary<string, int> Processes { get; }

    public async Task StreamAsync(int chunks, Action<double> arrived, CancellationToken cancellation)
    {
        var request = new CompleteRequest
        {
            Model = _model,
            Prompt = "a",
            Sampling = new Sampling { MaxTokens = chunks, IgnoreEos = true, Seed = 1 },
        };
        using var call = _client.Complete(request, cancellationToken: cancellation);
        while (await call.ResponseStream.MoveNext(cancellation))
        {
            foreach (var token in call.ResponseStream.Current.Tokens)
            {
                arrived(Stamp.Age(token.Text));
                chunks--;
            }
        }

        if (chunks != 0)
        {
            throw new InvalidOperationException($"{Name}: {chunks} chunks did not come");
        }
    }

    public void Dispose() => _channel.Dispose();
}
