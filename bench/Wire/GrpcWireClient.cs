using System.Globalization;
using Grpc.Core;
using Grpc.Net.Client;

namespace ExpertCluster.Bench.Wire;

internal sealed class GrpcWireClient : IWireClient
{
    private readonly GrpcChannel _channel;
    private readonly CallInvoker _invoker;

    public GrpcWireClient(Uri address)
    {
        _channel = GrpcChannel.ForAddress(address);
        _invoker = _channel.CreateCallInvoker();
    }

    public async Task UnaryAsync() => await _invoker.AsyncUnaryCall(WireServiceBase.UnaryMethod, null, default, Message.Only);

    public async Task StreamAsync(int count)
    {
        var headers = new Metadata { { WireService.CountHeader, count.ToString(CultureInfo.InvariantCulture) } };
        using var call = _invoker.AsyncServerStreamingCall(WireServiceBase.StreamMethod, null, new CallOptions(headers), Message.Only);
        int read = 0;
        while (await call.ResponseStream.MoveNext(CancellationToken.None))
        {
            read++;
        }

        if (read != count)
        {
            throw new InvalidOperationException($"{read} of {count} messages came");
        }
    }

    public void Dispose() => _channel.Dispose();
}
