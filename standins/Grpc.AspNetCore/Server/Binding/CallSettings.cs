using System.IO.Compression;
using Grpc.Net.Compression;
using Microsoft.Extensions.Options;

namespace Grpc.AspNetCore.Server.Binding;

/// <summary>The options in force for one service: its own, over those of all services.</summary>
internal sealed record CallSettings(
    int? MaxReceiveMessageSize,
    int? MaxSendMessageSize,
    bool DetailedErrors,
    bool IgnoreUnknownServices,
    MessageEncodings Encodings,
    string? ResponseEncoding,
    CompressionLevel? ResponseCompressionLevel,
    IReadOnlyList<InterceptorRegistration> Interceptors,
    ILogger Logger,
    TimeProvider Time)
{
    /// <summary>Set if the service is a singleton: its calls need no scope to get it from.</summary>
    public IServiceProvider? SingletonProvider { get; init; }
}

internal sealed class CallSettingsFactory<TService>(
    IOptions<GrpcServiceOptions> all,
    IOptions<GrpcServiceOptions<TService>> own,
    ILoggerFactory loggers,
    ServiceLifetimes lifetimes,
    IServiceProvider services)
    where TService : class
{
    public CallSettings Settings { get; } = Create(all.Value, own.Value, loggers, services) with
    {
        SingletonProvider = lifetimes.IsSingleton(typeof(TService)) ? services : null,
    };

    private static CallSettings Create(
        GrpcServiceOptions all, GrpcServiceOptions<TService> own, ILoggerFactory loggers, IServiceProvider services)
    {
        GrpcServiceOptions receive = own.MaxReceiveMessageSizeSpecified ? own : all;
        GrpcServiceOptions send = own.MaxSendMessageSizeSpecified ? own : all;
        return new CallSettings(
            receive.MaxReceiveMessageSizeSpecified ? receive.MaxReceiveMessageSize : GrpcServiceOptions.DefaultMaxReceiveMessageSize,
            send.MaxSendMessageSize,
            own.EnableDetailedErrors ?? all.EnableDetailedErrors ?? false,
            own.IgnoreUnknownServices ?? all.IgnoreUnknownServices ?? false,
            Encodings([.. own.CompressionProviders, .. all.CompressionProviders]),
            own.ResponseCompressionAlgorithm ?? all.ResponseCompressionAlgorithm,
            own.ResponseCompressionLevel ?? all.ResponseCompressionLevel,
            [.. all.Interceptors, .. own.Interceptors],
            loggers.CreateLogger("Grpc.AspNetCore.Server.ServerCallHandler"),
            services.GetService<TimeProvider>() ?? TimeProvider.System);
    }

    private static MessageEncodings Encodings(ICompressionProvider[] configured) => configured.Length == 0
        ? MessageEncodings.Default
        : new MessageEncodings(configured.DistinctBy(provider => provider.EncodingName));
}
