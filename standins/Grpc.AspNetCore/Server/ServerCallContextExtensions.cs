using Grpc.AspNetCore.Server;
using Microsoft.AspNetCore.Http;

namespace Grpc.Core;

/// <summary>From the call to the request that carries it.</summary>
public static class ServerCallContextExtensions
{
    public static HttpContext GetHttpContext(this ServerCallContext serverCallContext)
    {
        ArgumentNullException.ThrowIfNull(serverCallContext);
        if (serverCallContext is AspNetCore.Server.Calls.ServerCall call)
            return call.HttpContext;
        // A wrapper around the context may hand the request on in the user state.
        if (serverCallContext.UserState.TryGetValue("__HttpContext", out object? found) && found is HttpContext httpContext)
            return httpContext;
        throw new InvalidOperationException("Could not get HttpContext from ServerCallContext. HttpContext can only be accessed when gRPC services are hosted by ASP.NET Core.");
    }
}
