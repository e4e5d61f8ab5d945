using System.Globalization;
using Google.Protobuf;
using Grpc.AspNetCore.Server;
using Grpc.Core;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace ExpertCluster.Node.Transport;

/// <summary>
/// The right status for gRPC requests that can't be read. The server answers UNKNOWN to whatever its reader throws, as if this
/// process had failed; no interceptor sees that, as they come after the reading. It keeps the exception, and the answer can be
/// changed until the request ends: so this stands around it, for all methods of all services.
/// </summary>
internal static class UnreadableRequests
{
    private const string StatusHeader = "grpc-status";
    private const string MessageHeader = "grpc-message";

    /// <summary>What throws where a message's prefix is no prefix. A service's own I/O errors come from elsewhere.</summary>
    private static readonly string? FrameReader = typeof(GrpcServiceOptions).Assembly.GetName().Name;

    public static async Task RunAsync(HttpContext http, RequestDelegate next)
    {
        await next(http);
        if (http.Features.Get<IServerCallContextFeature>()?.ServerCallContext is { Status: { StatusCode: StatusCode.Unknown, DebugException: { } error } } call
            && Meaning(error, call.Method) is { } status)
        {
            Answer(http.Response, status);
        }
    }

    private static Status? Meaning(Exception error, string method) => error switch
    {
        // What a host sent that can't be read comes as an RpcException: this one is the caller's.
        InvalidProtocolBufferException => new Status(StatusCode.InvalidArgument, $"the request of {method} can't be read: {Reason(error)}"),
        IOException when error.Source == FrameReader => new Status(StatusCode.ResourceExhausted, "the message's prefix names more than 2 GiB"),
        InvalidDataException when error.Source == FrameReader => new Status(StatusCode.Internal, "the message's prefix begins with neither 0 nor 1"),
        _ => null,
    };

    private static string Reason(Exception error) => error.Message.Contains("UTF-8", StringComparison.Ordinal)
        ? "a text in it is not valid UTF-8"
        : "its bytes are no protobuf message of that type";

    private static void Answer(HttpResponse response, Status status)
    {
        var headers = response.HasStarted ? response.HttpContext.Features.Get<IHttpResponseTrailersFeature>()?.Trailers : response.Headers;

        // Past the deadline another status has gone out already.
        if (headers is { IsReadOnly: false } && headers[StatusHeader] == ((int)StatusCode.Unknown).ToString(CultureInfo.InvariantCulture))
        {
            headers[StatusHeader] = ((int)status.StatusCode).ToString(CultureInfo.InvariantCulture);
            headers[MessageHeader] = status.Detail;
        }
    }
}
