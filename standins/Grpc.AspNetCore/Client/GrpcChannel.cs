using System.Collections.Concurrent;
using Grpc.Core;
using Grpc.Net.Client.Balancer;
using Grpc.Net.Client.Calls;
using Grpc.Net.Client.Retry;
using Grpc.Net.Compression;

namespace Grpc.Net.Client;

/// <summary>A way to one target, over HTTP/2 connections that its calls share.</summary>
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
        ResolverFactory? resolvers = ConnectionFactory.ResolversFor(address, options.ServiceProvider);
        Retries = RetryPolicies.Create(options);
        IsSecure = ConnectionFactory.IsSecure(address, options);
        if (options is { HttpClient: not null, HttpHandler: not null })
            throw new ArgumentException("HttpClient and HttpHandler have been configured. Only one HTTP caller can be specified.");
        HttpMessageHandler? handler = options.HttpHandler ?? (options.HttpClient is null ? Transport.NewHandler(mayUseProxy: resolvers is null) : null);
        Connections = ConnectionFactory.Create(address, options, resolvers, handler, IsSecure);
        Invoker = options.HttpClient ?? new HttpMessageInvoker(handler!, disposeHandler: handler != options.HttpHandler || options.DisposeHttpClient);
        _ownsInvoker = options.HttpClient is null || options.DisposeHttpClient;
    }

    /// <summary>Whether the channel is connected.</summary>
    /// <exception cref="InvalidOperationException">The HTTP handler connects by itself.</exception>
    public ConnectivityState State => Observed.State;

    internal Uri Address { get; }

    internal GrpcChannelOptions Options { get; }

    internal MessageEncodings Encodings { get; }

    internal HttpMessageInvoker Invoker { get; }

    internal Version HttpVersion { get; }

    internal HttpVersionPolicy VersionPolicy { get; }

    internal bool IsSecure { get; }

    /// <summary>Null: the HTTP handler connects by itself.</summary>
    internal ConnectionManager? Connections { get; }

    /// <summary>Null: no call is retried.</summary>
    internal RetryPolicies? Retries { get; }

    /// <summary>Cancelled with the channel: its calls end then.</summary>
    internal CancellationToken Disposed { get; }

    private ConnectionManager Observed => Connections ?? throw ConnectionFactory.NotObservable();

    public static GrpcChannel ForAddress(string address) => ForAddress(address, new GrpcChannelOptions());

    public static GrpcChannel ForAddress(string address, GrpcChannelOptions channelOptions) =>
        ForAddress(new Uri(address), channelOptions);

    public static GrpcChannel ForAddress(Uri address) => ForAddress(address, new GrpcChannelOptions());

    /// <exception cref="InvalidOperationException">
    /// No resolver knows the scheme, the credentials don't fit it, the HTTP handler can't do what is asked, or a value of the
    /// service config is out of its range.
    /// </exception>
    public static GrpcChannel ForAddress(Uri address, GrpcChannelOptions channelOptions)
    {
        ArgumentNullException.ThrowIfNull(address);
        ArgumentNullException.ThrowIfNull(channelOptions);
        return new GrpcChannel(address, channelOptions);
    }

    public override CallInvoker CreateCallInvoker()
    {
        ObjectDisposedException.ThrowIf(Disposed.IsCancellationRequested, this);
        return new HttpCallInvoker(this);
    }

    /// <summary>Connects, and waits until it is connected, however many attempts it takes.</summary>
    public Task ConnectAsync(CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(Disposed.IsCancellationRequested, this);
        return Observed.ConnectAsync(cancellationToken);
    }

    /// <summary>Waits until <see cref="State"/> is another one.</summary>
    public Task WaitForStateChangedAsync(ConnectivityState lastObservedState, CancellationToken cancellationToken = default) =>
        Observed.WaitForChangeAsync(lastObservedState, cancellationToken);

    /// <summary>Cancels the calls that run, and closes the connections unless they belong to somebody else.</summary>
    public void Dispose()
    {
        if (Disposed.IsCancellationRequested)
            return;
        _disposed.Cancel();
        _disposed.Dispose();
        if (_ownsInvoker)
            Invoker.Dispose();
        Connections?.Dispose();
    }

    // Stubs have a handful of methods, each a constant of generated code, so this does not grow.
    internal Uri UriOf(IMethod method) =>
        _methods.GetOrAdd(method.FullName, static (path, address) => new Uri(address, path), Address);
}
