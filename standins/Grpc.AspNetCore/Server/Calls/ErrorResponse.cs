using Grpc.Core;
using Grpc.Protocol;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;

namespace Grpc.AspNetCore.Server.Calls;

/// <summary>Writes statuses where they belong, and the answers to requests that never become a call.</summary>
internal static class ErrorResponse
{
    /// <summary>After a first message the status stands in the trailers; without any, in the headers ("trailers-only").</summary>
    public static IHeaderDictionary StatusDestination(HttpResponse response)
    {
        if (!response.HasStarted)
            return response.Headers;
        return response.HttpContext.Features.Get<IHttpResponseTrailersFeature>()?.Trailers is { IsReadOnly: false } trailers
            ? trailers
            : throw new InvalidOperationException("Trailers are not supported for this response. The server may not support gRPC.");
    }

    public static void SetStatus(IHeaderDictionary destination, Status status)
    {
        destination.GrpcStatus = ((int)status.StatusCode).ToString(System.Globalization.CultureInfo.InvariantCulture);
        destination.GrpcMessage = string.IsNullOrEmpty(status.Detail) ? default : new StringValues(PercentEncoding.Encode(status.Detail));
    }

    public static Task UnimplementedAsync(HttpContext http, string detail)
    {
        http.Response.ContentType = GrpcHeaders.ContentType;
        SetStatus(http.Response.Headers, new Status(StatusCode.Unimplemented, detail));
        return Task.CompletedTask;
    }

    /// <summary>Answers a request that is not gRPC; false when it is.</summary>
    public static bool TryRefuse(HttpContext http)
    {
        string? contentType = http.Request.ContentType;
        if (!GrpcHeaders.IsGrpc(contentType))
        {
            string detail = contentType is null
                ? "Content-Type is missing from the request." : $"Content-Type '{contentType}' is not supported.";
            Refuse(http, StatusCodes.Status415UnsupportedMediaType, detail);
            return true;
        }
        if (!HttpProtocol.IsHttp2(http.Request.Protocol) && !HttpProtocol.IsHttp3(http.Request.Protocol))
        {
            http.Response.Headers.Upgrade = "HTTP/2";
            Refuse(http, StatusCodes.Status426UpgradeRequired, $"Request protocol '{http.Request.Protocol}' is not supported.");
            return true;
        }
        return false;
    }

    private static void Refuse(HttpContext http, int httpStatus, string detail)
    {
        http.Response.StatusCode = httpStatus;
        SetStatus(http.Response.Headers, new Status(StatusCode.Internal, detail));
    }
}
