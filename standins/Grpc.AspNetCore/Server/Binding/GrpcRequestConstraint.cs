using Grpc.Protocol;
using Microsoft.AspNetCore.Routing.Matching;

namespace Grpc.AspNetCore.Server.Binding;

/// <summary>
/// Keeps the route for unknown names to gRPC requests. A POST constraint in the endpoint's metadata would turn other
/// requests' 404 into 405. And it keeps that route away from the paths of mapped methods: beside a route with parameters,
/// every call of theirs would pay for route values.
/// </summary>
internal sealed class GrpcRequestConstraint(ServiceRegistry registry) : IRouteConstraint, IParameterLiteralNodeMatchingPolicy
{
    public bool Match(
        HttpContext? httpContext, IRouter? route, string routeKey, RouteValueDictionary values, RouteDirection routeDirection) =>
        httpContext is not null && HttpMethods.IsPost(httpContext.Request.Method) && GrpcHeaders.IsGrpc(httpContext.Request.ContentType);

    public bool MatchesLiteral(string parameterName, string literal) => !registry.IsMethod(literal);
}
