using Grpc.Core;

namespace ExpertCluster.Bench.Wire;

/// <summary>What generated code would be: one message for one, and as many as a header asks for.</summary>
[BindServiceMethod(typeof(WireServiceBase), nameof(BindService))]
internal abstract class WireServiceBase
{
    public static readonly Method<Message, Message> UnaryMethod = Message.Method(MethodType.Unary, nameof(Unary));
    public static readonly Method<Message, Message> StreamMethod = Message.Method(MethodType.ServerStreaming, nameof(Stream));

    public static void BindService(ServiceBinderBase binder, WireServiceBase? service)
    {
        binder.AddMethod(UnaryMethod, service is null ? null! : new UnaryServerMethod<Message, Message>(service.Unary));
        binder.AddMethod(StreamMethod, service is null ? null! : new ServerStreamingServerMethod<Message, Message>(service.Stream));
    }

    public abstract Task<Message> Unary(Message request, ServerCallContext context);

    public abstract Task Stream(Message request, IServerStreamWriter<Message> responses, ServerCallContext context);
}
