using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using Grpc.Core;
using Grpc.Protocol;

namespace Grpc.Net.Client.Calls;

/// <summary>Reads a call's outcome and metadata off an HTTP response.</summary>
internal static class ResponseStatus
{
    /// <summary>The outcome that the headers tell already: a "trailers-only" response, or one that is no gRPC. Null: read on.</summary>
    public static Outcome? FromHeaders(HttpResponseMessage response)
    {
        if (Read(response.Headers) is { } told)
            return told;
        if (response.StatusCode != HttpStatusCode.OK)
        {
            return new Outcome(new Status(
                FromHttp(response.StatusCode), $"Bad gRPC response. HTTP status code: {(int)response.StatusCode}"));
        }
        string? contentType = response.Content.Headers.NonValidated.TryGetValues("Content-Type", out HeaderStringValues values)
            ? values.ToString() : null;
        if (contentType is null)
            return new Outcome(new Status(StatusCode.Cancelled, "Bad gRPC response. Response did not have a content-type header."));
        return GrpcHeaders.IsGrpc(contentType)
            ? null : new Outcome(new Status(StatusCode.Cancelled, "Bad gRPC response. Invalid content-type value: " + contentType));
    }

    /// <summary>The outcome after the whole body. A response without a status is never a success.</summary>
    public static Outcome FromTrailers(HttpResponseMessage response) =>
        Read(response.TrailingHeaders) ?? new Outcome(new Status(StatusCode.Cancelled, "No grpc-status found on response."));

    public static string? Header(HttpHeaders headers, string name) =>
        headers.NonValidated.TryGetValues(name, out HeaderStringValues values) ? values.ToString() : null;

    public static Metadata ToMetadata(HttpHeaders headers)
    {
        Metadata? metadata = null;
        foreach ((string name, HeaderStringValues values) in headers.NonValidated)
        {
            if (GrpcHeaders.IsReserved(name))
                continue;
            metadata ??= [];
            foreach (string value in values)
                MetadataCodec.Decode(metadata, name, value);
        }
        return metadata ?? Metadata.Empty;
    }

    private static Outcome? Read(HttpHeaders headers)
    {
        if (Header(headers, GrpcHeaders.Status) is not { } text)
            return null;
        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int code))
            return new Outcome(new Status(StatusCode.Cancelled, "Unexpected grpc-status value: " + text));
        // The usual end: a status, and nothing else to look for.
        if (headers.NonValidated.Count == 1)
            return code == (int)StatusCode.OK ? Outcome.Ok : new Outcome(new Status((StatusCode)code, ""), Metadata.Empty);
        string detail = PercentEncoding.Decode(Header(headers, GrpcHeaders.Message) ?? "");
        return new Outcome(new Status((StatusCode)code, detail), ToMetadata(headers));
    }

    // https://github.com/grpc/grpc/blob/master/doc/http-grpc-status-mapping.md
    private static StatusCode FromHttp(HttpStatusCode code) => code switch
    {
        < HttpStatusCode.OK => StatusCode.Internal,
        HttpStatusCode.BadRequest or HttpStatusCode.RequestHeaderFieldsTooLarge => StatusCode.Internal,
        HttpStatusCode.Unauthorized => StatusCode.Unauthenticated,
        HttpStatusCode.Forbidden => StatusCode.PermissionDenied,
        HttpStatusCode.NotFound => StatusCode.Unimplemented,
        HttpStatusCode.TooManyRequests or HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable
            or HttpStatusCode.GatewayTimeout => StatusCode.Unavailable,
        _ => StatusCode.Unknown,
    };
}
