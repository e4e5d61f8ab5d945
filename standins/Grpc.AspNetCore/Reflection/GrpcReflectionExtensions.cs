using System.Reflection;
using Grpc.AspNetCore.Server;
using Grpc.AspNetCore.Server.Binding;
using Grpc.Reflection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using ProtoService = Google.Protobuf.Reflection.ServiceDescriptor;

namespace Microsoft.Extensions.DependencyInjection
{
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
}

namespace Microsoft.AspNetCore.Builder
{
    /// <summary>Maps gRPC reflection.</summary>
    public static class GrpcReflectionEndpointRouteBuilderExtensions
    {
        /// <summary>Both versions, v1 and v1alpha.</summary>
        public static IEndpointConventionBuilder MapGrpcReflectionService(this IEndpointRouteBuilder builder)
        {
            ArgumentNullException.ThrowIfNull(builder);
            if (builder.ServiceProvider.GetService<IServiceProviderIsService>()?.IsService(typeof(ReflectionServiceImpl)) is not true)
            {
                throw new InvalidOperationException("Unable to find the required services. Please add all the required services by "
                    + "calling 'IServiceCollection.AddGrpcReflection()' inside the call to 'ConfigureServices(...)' in the application startup code.");
            }
            return new GrpcServiceEndpointConventionBuilder(
                [builder.MapGrpcService<ReflectionServiceImpl>(), builder.MapGrpcService<ReflectionV1ServiceImpl>()]);
        }
    }
}
