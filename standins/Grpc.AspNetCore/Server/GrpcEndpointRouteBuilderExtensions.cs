using Grpc.AspNetCore.Server.Binding;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Maps services to routes.</summary>
public static class GrpcEndpointRouteBuilderExtensions
{
    /// <summary>Maps every method of a service whose base class was generated.</summary>
    public static GrpcServiceEndpointConventionBuilder MapGrpcService<TService>(this IEndpointRouteBuilder builder)
        where TService : class
    {
        ArgumentNullException.ThrowIfNull(builder);
        if (builder.ServiceProvider.GetService<ServiceRegistry>() is not { } registry)
        {
            throw new InvalidOperationException("Unable to find the required services. Please add all the required services by calling "
                + "'IServiceCollection.AddGrpc' inside the call to 'ConfigureServices(...)' in the application startup code.");
        }
        return new GrpcServiceEndpointConventionBuilder(ServiceMapper<TService>.Map(builder, registry));
    }
}
