using Grpc.Protocol;

namespace Grpc.AspNetCore.Server.Binding;

/// <summary>
/// Keeps the route for unknown names to gRPC requests. A POST constraint in the endpoint's metadata would turn other
/// requests' 404 into 405.
/// </summary>
internal sealed class GrpcRequestConstraint : IRouteConstraint
{
    public static readonly GrpcRequestConstraint Instance = new();

    public bool Match(
        HttpContext? httpContext, IRouter? route, string routeKey, RouteValueDictionary values, RouteDirection routeDirection) =>
        httpContext is not null && HttpMethods.IsPost(httpContext.Request.Method) && GrpcHeaders.IsGrpc(httpContext.Request.ContentType);
}
