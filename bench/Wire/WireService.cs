using Grpc.Core;

namespace ExpertCluster.Bench.Wire;

/// <summary>What generated code would be: one message for one, and as many as a header asks for.</summary>
[BindServiceMethod(typeof(WireService), nameof(BindService))]
internal sealed class WireService
{
    public const string CountHeader = "x-count";

    public static readonly Method<Message, Message> UnaryMethod = Message.Method(MethodType.Unary, nameof(Unary));
    public static readonly Method<Message, Message> StreamMethod = Message.Method(MethodType.ServerStreaming, nameof(Stream));

    public static void BindService(ServiceBinderBase binder, WireService? service)
    {
        binder.AddMethod(UnaryMethod, service is null ? null! : new UnaryServerMethod<Message, Message>(service.Unary));
        binder.AddMethod(StreamMethod, service is null ? null! : new ServerStreamingServerMethod<Message, Message>(service.Stream));
    }

    public Task<Message> Unary(Message request, ServerCallContext context) => Task.FromResult(request);

    public async Task Stream(Message request, IServerStreamWriter<Message> responses, ServerCallContext context)
    {
        int count = int.Parse(context.RequestHeaders.GetValue(CountHeader)!, System.Globalization.CultureInfo.InvariantCulture);
        for (int i = 0; i < count; i++)
        {
            await responses.WriteAsync(request);
        }
    }
}
