using System.Collections.Concurrent;
using Grpc.Core;
using Standin.Test;

namespace Grpc.AspNetCore.Tests.Support;

/// <summary>Echoes, unless the test has put another behaviour in its place.</summary>
public sealed class EchoService(EchoBehaviour behaviour) : Echo.EchoBase
{
    public override Task<EchoReply> Unary(EchoRequest request, ServerCallContext context) =>
        behaviour.Unary(request, context);

    public override Task<EchoReply> ClientStream(IAsyncStreamReader<EchoRequest> requestStream, ServerCallContext context) =>
        behaviour.ClientStream(requestStream, context);

    public override Task ServerStream(EchoRequest request, IServerStreamWriter<EchoReply> responseStream, ServerCallContext context) =>
        behaviour.ServerStream(request, responseStream, context);

    public override Task Duplex(
        IAsyncStreamReader<EchoRequest> requestStream, IServerStreamWriter<EchoReply> responseStream, ServerCallContext context) =>
        behaviour.Duplex(requestStream, responseStream, context);
}

public sealed class EchoBehaviour
{
    /// <summary>Names of the instances that a server method ran on, and anything else a test wants to note.</summary>
    public ConcurrentQueue<string> Notes { get; } = [];

    public Func<EchoRequest, ServerCallContext, Task<EchoReply>> Unary { get; set; } =
        (request, _) => Task.FromResult(Reply(request));

    public Func<IAsyncStreamReader<EchoRequest>, ServerCallContext, Task<EchoReply>> ClientStream { get; set; } =
        async (requests, _) =>
        {
            var texts = new List<string>();
            await foreach (EchoRequest request in requests.ReadAllAsync())
                texts.Add(request.Text);
            return new EchoReply { Text = string.Join(',', texts) };
        };

    public Func<EchoRequest, IServerStreamWriter<EchoReply>, ServerCallContext, Task> ServerStream { get; set; } =
        async (request, responses, _) =>
        {
            for (int i = 0; i < request.Count; i++)
                await responses.WriteAsync(new EchoReply { Text = request.Text + i, Payload = request.Payload });
        };

    public Func<IAsyncStreamReader<EchoRequest>, IServerStreamWriter<EchoReply>, ServerCallContext, Task> Duplex { get; set; } =
        async (requests, responses, _) =>
        {
            await foreach (EchoRequest request in requests.ReadAllAsync())
                await responses.WriteAsync(Reply(request));
        };

    public static EchoReply Reply(EchoRequest request) => new() { Text = request.Text, Payload = request.Payload };
}
