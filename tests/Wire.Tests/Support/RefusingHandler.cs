using System.Net;

namespace Grpc.AspNetCore.Tests.Support;

/// <summary>
/// Plays an HTTP handler whose first stream the server refuses: a write finds it closed, and only then the handler sends the
/// request's content again.
/// </summary>
public sealed class RefusingHandler : HttpMessageHandler
{
    public MemoryStream Second { get; } = new();

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var refused = new ClosedStream();
        using var reset = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task first = request.Content!.CopyToAsync(refused, reset.Token);
        await refused.Tried.WaitAsync(cancellationToken);
        await reset.CancelAsync();
        await first;

        await request.Content.CopyToAsync(Second, cancellationToken);
        var response = new HttpResponseMessage(HttpStatusCode.OK)
        {
            Version = HttpVersion.Version20,
            Content = new ByteArrayContent(RawGrpc.Frame("again"u8.ToArray())),
        };
        response.Content.Headers.Add("Content-Type", "application/grpc");
        response.TrailingHeaders.Add("grpc-status", "0");
        return response;
    }

    private sealed class ClosedStream : MemoryStream
    {
        private readonly TaskCompletionSource _tried = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Tried => _tried.Task;

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            _tried.TrySetResult();
            throw new ObjectDisposedException("stream");
        }
    }
}
