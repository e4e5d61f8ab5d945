using System.IO.Pipelines;
using System.Net.Sockets;
using Grpc.AspNetCore.Server.Binding;
using Grpc.Core;
using Grpc.Framing;
using Grpc.Protocol;

namespace Grpc.AspNetCore.Server.Calls;

/// <summary>One call: what its method sees of it, and (in the other parts) how it writes and ends.</summary>
internal sealed partial class ServerCall : ServerCallContext, IServerCallContextFeature
{
    private static readonly AuthContext Anonymous = new(null, []);

    private readonly CallSettings _settings;
    private readonly DateTime _deadline = DateTime.MaxValue;
    private readonly CancellationTokenSource? _deadlineSource;
    private readonly CancellationToken _deadlineToken;
    private readonly ITimer? _deadlineTimer;
    private FrameSerializer? _serializer;
    private Metadata? _requestHeaders;
    private Metadata? _responseTrailers;
    private AuthContext? _authContext;
    private string? _responseEncoding;

    /// <exception cref="RpcException">A header of the request is malformed.</exception>
    public ServerCall(HttpContext http, CallSettings settings)
    {
        HttpContext = http;
        _settings = settings;
        _responseEncoding = settings.ResponseEncoding is { } wanted && CallerAccepts(wanted) ? wanted : null;
        if (TimeoutCodec.TryDecode(http.Request.Headers.GrpcTimeout, out TimeSpan timeout) && timeout > TimeSpan.Zero)
        {
            DateTime now = settings.Time.GetUtcNow().UtcDateTime;
            _deadline = timeout < DateTime.MaxValue - now ? now + timeout : DateTime.MaxValue;
            _deadlineAnswered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _deadlineSource = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted);
            _deadlineToken = _deadlineSource.Token;
            // Timers reach 49 days; who waits longer has no deadline worth a timer.
            if (timeout.TotalMilliseconds < uint.MaxValue - 1)
            {
                _deadlineTimer = settings.Time.CreateTimer(
                    static call => ((ServerCall)call!).OnDeadline(), this, timeout, Timeout.InfiniteTimeSpan);
            }
        }
    }

    public HttpContext HttpContext { get; }

    /// <summary>For reading a request: a caller that goes away ends that by itself, and its token costs a source.</summary>
    public CancellationToken DeadlineToken => _deadlineToken;

    ServerCallContext IServerCallContextFeature.ServerCallContext => this;

    protected override string MethodCore => HttpContext.Request.Path.Value!;

    protected override string HostCore => HttpContext.Request.Host.Value ?? "";

    protected override string PeerCore
    {
        get
        {
            ConnectionInfo connection = HttpContext.Connection;
            return connection.RemoteIpAddress switch
            {
                null => "unknown",
                { AddressFamily: AddressFamily.InterNetwork } ip => $"ipv4:{ip}:{connection.RemotePort}",
                { AddressFamily: AddressFamily.InterNetworkV6 } ip => $"ipv6:[{ip}]:{connection.RemotePort}",
                var other => $"unknown:{other}:{connection.RemotePort}",
            };
        }
    }

    protected override DateTime DeadlineCore => _deadline;

    protected override CancellationToken CancellationTokenCore => _deadlineSource?.Token ?? HttpContext.RequestAborted;

    protected override Metadata RequestHeadersCore => _requestHeaders ??= ReadRequestHeaders();

    protected override Metadata ResponseTrailersCore => _responseTrailers ??= [];

    protected override Status StatusCore { get; set; }

    protected override WriteOptions? WriteOptionsCore { get; set; }

    protected override IDictionary<object, object> UserStateCore => HttpContext.Items!;

    protected override AuthContext AuthContextCore =>
        _authContext ??= HttpContext.Connection.ClientCertificate is { } certificate ? PeerCertificate.Describe(certificate) : Anonymous;

    protected override ContextPropagationToken CreatePropagationTokenCore(ContextPropagationOptions? options) =>
        throw new NotImplementedException("Propagation tokens are not supported by this gRPC implementation.");

    protected override async Task WriteResponseHeadersAsyncCore(Metadata responseHeaders)
    {
        ArgumentNullException.ThrowIfNull(responseHeaders);
        if (HttpContext.Response.HasStarted)
            throw new InvalidOperationException("Response headers can only be sent once per call.");
        foreach (Metadata.Entry entry in responseHeaders)
        {
            if (entry.Key == GrpcHeaders.InternalEncodingRequest)
                _responseEncoding = entry.Value;
            else
                Append(HttpContext.Response.Headers, entry, "header");
        }
        PipeWriter output = await StartResponseAsync();
        // Starting alone leaves them in Kestrel's buffer until the first message.
        await output.FlushAsync(CancellationToken);
    }

    private bool CallerAccepts(string encoding) => HttpContext.Request.Headers[GrpcHeaders.AcceptEncoding]
        .Any(value => value!.Split(',', StringSplitOptions.TrimEntries).Contains(encoding));

    private Metadata ReadRequestHeaders()
    {
        var metadata = new Metadata();
        foreach ((string name, Microsoft.Extensions.Primitives.StringValues values) in HttpContext.Request.Headers)
        {
            if (GrpcHeaders.IsReserved(name))
                continue;
            foreach (string? value in values)
                MetadataCodec.Decode(metadata, name, value ?? "");
        }
        return metadata;
    }

    private static void Append(IHeaderDictionary destination, Metadata.Entry entry, string kind)
    {
        try
        {
            destination.Append(entry.Key, MetadataCodec.Encode(entry));
        }
        catch (InvalidOperationException e)
        {
            throw new InvalidOperationException($"Error adding response {kind} '{entry.Key}'.", e);
        }
    }
}
