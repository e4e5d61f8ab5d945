using System.Globalization;
using Grpc.Core;
using Grpc.Net.Client.Balancer;
using Grpc.Protocol;

namespace Grpc.Net.Client.Calls;

/// <summary>One call over HTTP, whatever its messages: how it is sent.</summary>
internal abstract class GrpcCall(GrpcChannel channel, IMethod method, string? host, CallOptions options) : ClientCall(channel, options)
{
    private Task<HttpResponseMessage>? _response;
    private HttpResponseMessage? _received;

    public IMethod Method { get; } = method;

    protected bool HasSingleResponse => Method.Type is MethodType.Unary or MethodType.ClientStreaming;

    /// <summary>Above 0 for the retry of a call.</summary>
    public int PreviousAttempts { get; init; }

    public void Start(HttpContent content)
    {
        _response = SendAsync(content);
        // A single response is awaited in any case. A stream's caller may never read, and that must raise no alarm later.
        if (HasSingleResponse)
            return;
        _response.ContinueWith(
            static task => _ = task.Exception,
            CancellationToken.None,
            TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
    }

    /// <summary>The response, once its headers are there and say that messages may follow.</summary>
    public Task<HttpResponseMessage> ResponseAsync() => _response!;

    public override async Task<Metadata> GetResponseHeadersAsync()
    {
        try
        {
            if (_received is null)
                await _response!.ConfigureAwait(false);
        }
        catch (RpcException) when (_received is not null)
        {
            // The call has failed, but its headers came.
        }
        return ResponseStatus.ToMetadata(_received!.Headers);
    }

    private async Task<HttpResponseMessage> SendAsync(HttpContent content)
    {
        HttpResponseMessage response;
        while (true)
        {
            SubchannelConnection? connection = null;
            try
            {
                Cancelled.ThrowIfCancellationRequested();
                if (Channel.Connections is { } connections)
                    connection = await connections.PickAsync(Options.IsWaitForReady, Cancelled).ConfigureAwait(false);
                HttpRequestMessage request = RequestMessage.Create(Channel, connection, Method, host, Options, TimeLeft());
                if (PreviousAttempts > 0)
                    RequestMessage.Add(request, GrpcHeaders.PreviousAttempts, PreviousAttempts.ToString(CultureInfo.InvariantCulture));
                if (Options.Credentials is not null || Channel.Options.Credentials?.PerCall is not null)
                    await CallAuthentication.AddAsync(this, request).ConfigureAwait(false);
                request.Content = content;
                response = await (Channel.Invoker is HttpClient client
                    ? client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancelled)
                    : Channel.Invoker.SendAsync(request, Cancelled)).ConfigureAwait(false);
                break;
            }
            catch (HttpRequestException e) when (connection is not null && e.HttpRequestError == HttpRequestError.ConnectionError)
            {
                // No connection, so nothing was sent: what is connected in its place decides.
                connection.Refuse(e);
            }
            catch (Exception e)
            {
                throw Fail("Error starting gRPC call.", e);
            }
        }
        _received = response;
        if (ResponseStatus.FromHeaders(response) is { } told)
            throw ToException(End(Refined(told)));
        // The call may have ended in the meantime, and then nobody else would reset the stream.
        if (Outcome is { } ended)
        {
            response.Dispose();
            throw ToException(ended);
        }
        return response;
    }

    // Before the response's end is read, this resets the stream; after, it costs nothing.
    protected override void OnEnded(Outcome outcome) => _received?.Dispose();

    // OK without any message: an empty stream, but for a single response an error.
    protected virtual Outcome Refined(Outcome told) => told;
}
