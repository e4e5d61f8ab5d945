using System.Collections.Concurrent;
using Grpc.Core;
using Grpc.Net.Client.Calls;
using Grpc.Net.Compression;

namespace Grpc.Net.Client;

/// <summary>A way to one address, over HTTP/2 connections that its calls share.</summary>
public sealed class GrpcChannel : ChannelBase, IDisposable
{
    private readonly CancellationTokenSource _disposed = new();
    private readonly ConcurrentDictionary<string, Uri> _methods = new(StringComparer.Ordinal);
    private readonly bool _ownsInvoker;

    private GrpcChannel(Uri address, GrpcChannelOptions options)
        : base(address.Authority)
    {
        Address = address;
        Options = options;
        Disposed = _disposed.Token;
        Encodings = options.CompressionProviders is { Count: > 0 } providers ? new MessageEncodings(providers) : MessageEncodings.Default;
        HttpVersion = options.HttpVersion ?? System.Net.HttpVersion.Version20;
        VersionPolicy = options.HttpVersionPolicy ?? HttpVersionPolicy.RequestVersionExact;
        IsSecure = address.Scheme == Uri.UriSchemeHttps;
        if (options.Credentials is { } credentials && credentials.IsSecure != IsSecure)
        {
            throw new InvalidOperationException($"Channel is configured with {(credentials.IsSecure ? "secure" : "insecure")} channel "
                + $"credentials and can't use a HttpClient with a '{address.Scheme}' scheme.");
        }
        (Invoker, _ownsInvoker) = options switch
        {
            { HttpClient: not null, HttpHandler: not null } =>
                throw new ArgumentException("HttpClient and HttpHandler have been configured. Only one HTTP caller can be specified."),
            { HttpClient: { } client } => (client, options.DisposeHttpClient),
            { HttpHandler: { } handler } => (new HttpMessageInvoker(handler, options.DisposeHttpClient), true),
            _ => (new HttpMessageInvoker(new SocketsHttpHandler { EnableMultipleHttp2Connections = true, UseCookies = false }), true),
        };
    }

    internal Uri Address { get; }

    internal GrpcChannelOptions Options { get; }

    internal MessageEncodings Encodings { get; }

    internal HttpMessageInvoker Invoker { get; }

    internal Version HttpVersion { get; }

    internal HttpVersionPolicy VersionPolicy { get; }

    internal bool IsSecure { get; }

    /// <summary>Cancelled with the channel: its calls end then.</summary>
    internal CancellationToken Disposed { get; }

    public static GrpcChannel ForAddress(string address) => ForAddress(address, new GrpcChannelOptions());

    public static GrpcChannel ForAddress(string address, GrpcChannelOptions channelOptions) =>
        ForAddress(new Uri(address), channelOptions);

    public static GrpcChannel ForAddress(Uri address) => ForAddress(address, new GrpcChannelOptions());

    /// <exception cref="InvalidOperationException">The scheme is neither http nor https, or the credentials don't fit it.</exception>
    public static GrpcChannel ForAddress(Uri address, GrpcChannelOptions channelOptions)
    {
        ArgumentNullException.ThrowIfNull(address);
        ArgumentNullException.ThrowIfNull(channelOptions);
        if (address.Scheme != Uri.UriSchemeHttp && address.Scheme != Uri.UriSchemeHttps)
            throw new InvalidOperationException($"No address resolver configured for the scheme '{address.Scheme}'.");
        return new GrpcChannel(address, channelOptions);
    }

    public override CallInvoker CreateCallInvoker()
    {
        ObjectDisposedException.ThrowIf(Disposed.IsCancellationRequested, this);
        return new HttpCallInvoker(this);
    }

    /// <summary>Cancels the calls that run, and closes the connections unless they belong to somebody else.</summary>
    public void Dispose()
    {
        if (Disposed.IsCancellationRequested)
            return;
        _disposed.Cancel();
        _disposed.Dispose();
        if (_ownsInvoker)
            Invoker.Dispose();
    }

    // Stubs have a handful of methods, each a constant of generated code, so this does not grow.
    internal Uri UriOf(IMethod method) =>
        _methods.GetOrAdd(method.FullName, static (path, address) => new Uri(address, path), Address);
}
