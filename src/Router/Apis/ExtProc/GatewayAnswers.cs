using System.Buffers;
using System.Globalization;
using System.Text.Json;
using ExpertCluster.Contracts.Failures;
using ExpertCluster.Router.Apis.OpenAi;
using ExpertCluster.V1.ExtProc;
using Google.Protobuf;

namespace ExpertCluster.Router.Apis.ExtProc;

/// <summary>What a gateway is told, in Envoy's messages.</summary>
internal static class GatewayAnswers
{
    /// <summary>Of a body that is sent back: Envoy's pages advise no more than 64 KiB.</summary>
    private const int Part = 32 << 10;

    /// <summary>To the headers, while the body is not there yet, or where there is none.</summary>
    public static ProcessingResponse Begin() => new()
    {
        RequestHeaders = new HeadersResponse { Response = new CommonResponse { HeaderMutation = GatewayHeaders.Cleared(), ClearRouteCache = true } },
    };

    /// <summary>To a part of the request's body that goes on as it is.</summary>
    public static ProcessingResponse PassRequest() => new() { RequestBody = new BodyResponse { Response = new CommonResponse() } };

    /// <param name="body">Of the response.</param>
    /// <param name="isDuplex">Whether the gateway waits for it to come back.</param>
    public static ProcessingResponse PassResponse(HttpBody body, bool isDuplex) => new()
    {
        ResponseBody = new BodyResponse { Response = new CommonResponse { BodyMutation = isDuplex ? Streamed(body.Body, body.EndOfStream) : null } },
    };

    /// <summary>To the last part of the request's body, which goes on as it is.</summary>
    public static ProcessingResponse End(GatewayChoice choice) => new() { RequestBody = new BodyResponse { Response = Chosen(choice) } };

    /// <param name="choice">What the headers say.</param>
    /// <param name="body">In the body's place.</param>
    /// <param name="hasLength">Whether its length stands in a header: a gateway refuses a body that is not as long as that says.</param>
    public static ProcessingResponse End(GatewayChoice choice, ReadOnlyMemory<byte> body, bool hasLength)
    {
        var ended = End(choice);
        var response = ended.RequestBody.Response;
        response.BodyMutation = new BodyMutation { Body = UnsafeByteOperations.UnsafeWrap(body) };
        if (hasLength)
        {
            response.HeaderMutation.SetHeaders.Add(GatewayHeaders.Set(GatewayHeaders.ContentLength, body.Length.ToString(CultureInfo.InvariantCulture)));
        }

        return ended;
    }

    /// <summary>Headers, then the body, for a gateway that waits for both.</summary>
    /// <param name="choice">What the headers say.</param>
    /// <param name="body">All of it.</param>
    /// <param name="hasTrailers">Whether trailers end the request.</param>
    public static IEnumerable<ProcessingResponse> Whole(GatewayChoice choice, ReadOnlyMemory<byte> body, bool hasTrailers)
    {
        yield return new ProcessingResponse { RequestHeaders = new HeadersResponse { Response = Chosen(choice) } };
        int sent = 0;
        do
        {
            var part = body.Slice(sent, Math.Min(Part, body.Length - sent));
            sent += part.Length;
            var mutation = Streamed(UnsafeByteOperations.UnsafeWrap(part), sent == body.Length && !hasTrailers);
            yield return new ProcessingResponse { RequestBody = new BodyResponse { Response = new CommonResponse { BodyMutation = mutation } } };
        }
        while (sent < body.Length);
    }

    /// <summary>The gateway's answer to its client, as OpenAI's clients read errors.</summary>
    public static ProcessingResponse Refuse(Failure failure)
    {
        var text = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(text, ApiJson.Writing))
        {
            OpenAiErrors.Write(json, failure);
        }

        return new ProcessingResponse
        {
            ImmediateResponse = new ImmediateResponse
            {
                Status = new HttpStatus { Code = (StatusCode)OpenAiErrors.StatusOf(failure.Kind).Http },
                Headers = new HeaderMutation { SetHeaders = { GatewayHeaders.Set("content-type", "application/json") } },
                Body = UnsafeByteOperations.UnsafeWrap(text.WrittenMemory),
                Details = "expertcluster_gate",
            },
        };
    }

    /// <summary>With a new choice of the route, since headers that it may go by have changed.</summary>
    private static CommonResponse Chosen(GatewayChoice choice) => new() { HeaderMutation = GatewayHeaders.Of(choice), ClearRouteCache = true };

    private static BodyMutation Streamed(ByteString body, bool isLast) => new() { StreamedResponse = new StreamedBodyResponse { Body = body, EndOfStream = isLast } };
}
