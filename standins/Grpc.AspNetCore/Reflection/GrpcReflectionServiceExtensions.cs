using System.Reflection;
using Grpc.AspNetCore.Server;
using Grpc.AspNetCore.Server.Binding;
using Grpc.Reflection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using ProtoService = Google.Protobuf.Reflection.ServiceDescriptor;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds gRPC reflection.</summary>
public static class GrpcReflectionServiceExtensions
{
    public static IServiceCollection AddGrpcReflection(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.TryAddSingleton(provider => new ReflectionServiceImpl(MappedServices(provider)));
        services.TryAddSingleton(provider => new ReflectionV1ServiceImpl(MappedServices(provider)));
        return services;
    }

    // Asked when the first reflection call comes, so that every service has been mapped.
    private static IEnumerable<ProtoService> MappedServices(IServiceProvider provider) => provider
        .GetRequiredService<EndpointDataSource>().Endpoints
        .Select(endpoint => endpoint.Metadata.GetMetadata<GrpcMethodMetadata>()?.ServiceType)
        .Distinct()
        .Select(Descriptor)
        .OfType<ProtoService>();

    private static ProtoService? Descriptor(Type? serviceType) =>
        serviceType is not null && GeneratedService.Attribute(serviceType) is { } attribute
            ? attribute.BindType.GetProperty("Descriptor", BindingFlags.Public | BindingFlags.Static)?.GetValue(null) as ProtoService
            : null;
}
