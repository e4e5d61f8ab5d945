using Grpc.AspNetCore.HealthChecks;
using Grpc.HealthCheck;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Maps gRPC health.</summary>
public static class GrpcHealthChecksEndpointRouteBuilderExtensions
{
    public static GrpcServiceEndpointConventionBuilder MapGrpcHealthChecksService(this IEndpointRouteBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        if (builder.ServiceProvider.GetService<HealthServiceImpl>() is null)
        {
            throw new InvalidOperationException("Unable to find the required services. Please add all the required services by "
                + "calling 'IServiceCollection.AddGrpcHealthChecks()' inside the call to 'ConfigureServices(...)' in the application startup code.");
        }
        return builder.MapGrpcService<HealthService>();
    }
}
