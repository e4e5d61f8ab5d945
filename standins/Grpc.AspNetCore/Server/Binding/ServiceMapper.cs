using Grpc.AspNetCore.Server.Calls;
using Microsoft.AspNetCore.Routing.Patterns;

namespace Grpc.AspNetCore.Server.Binding;

/// <summary>Makes the endpoints of one service.</summary>
internal static class ServiceMapper<TService>
    where TService : class
{
    public static List<IEndpointConventionBuilder> Map(IEndpointRouteBuilder routes, ServiceRegistry registry)
    {
        CallSettings settings = routes.ServiceProvider.GetRequiredService<CallSettingsFactory<TService>>().Settings;
        var binder = new ServiceBinder<TService>(settings);
        GeneratedService.Bind(typeof(TService), binder);

        var endpoints = new List<IEndpointConventionBuilder>();
        foreach (BoundMethod bound in binder.Methods)
        {
            registry.AddMethod(bound.Method.Name);
            IEndpointConventionBuilder endpoint = routes.Map(RoutePatternFactory.Parse(bound.Method.FullName), bound.Handler);
            endpoint.Add(builder =>
            {
                builder.DisplayName = "gRPC - " + bound.Method.FullName;
                builder.Metadata.Add(new GrpcMethodMetadata(typeof(TService), bound.Method));
                foreach (object attribute in bound.Attributes)
                    builder.Metadata.Add(attribute);
                // Preflight requests of browsers get CORS' answer, not 405.
                builder.Metadata.Add(new HttpMethodMetadata(["POST"], acceptCorsPreflight: true));
            });
            endpoints.Add(endpoint);
        }
        if (!settings.IgnoreUnknownServices && registry.TryTakeFallback())
            endpoints.Add(MapUnimplemented(routes, registry, "{unimplementedService}", "Unimplemented service", "Service is unimplemented."));
        foreach (string service in binder.Methods.Select(bound => bound.Method.ServiceName).Distinct().Where(registry.TryAddService))
            endpoints.Add(MapUnimplemented(routes, registry, service, "Unimplemented method for " + service, "Method is unimplemented."));
        return endpoints;
    }

    private static IEndpointConventionBuilder MapUnimplemented(
        IEndpointRouteBuilder routes, ServiceRegistry registry, string service, string displayName, string detail)
    {
        RoutePattern pattern = RoutePatternFactory.Parse(
            service + "/{unimplementedMethod}", defaults: null, parameterPolicies: new { unimplementedMethod = new GrpcRequestConstraint(registry) });
        IEndpointConventionBuilder endpoint = routes.Map(pattern, http => ErrorResponse.UnimplementedAsync(http, detail));
        endpoint.Add(builder => builder.DisplayName = "gRPC - " + displayName);
        return endpoint;
    }
}
