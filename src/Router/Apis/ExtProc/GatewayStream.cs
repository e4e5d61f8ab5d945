using System.Buffers;
using ExpertCluster.Contracts.Failures;
using ExpertCluster.Router.Options;
using ExpertCluster.V1.ExtProc;
using Google.Protobuf;
using BodySendMode = ExpertCluster.V1.ExtProc.ProcessingMode.Types.BodySendMode;

namespace ExpertCluster.Router.Apis.ExtProc;

/// <summary>
/// One HTTP request of a gateway, as its parts come. The request's body is kept up to the router's limit until its end, when the gate is asked; its answer passes
/// by. A gateway that sends the body in mode FULL_DUPLEX_STREAMED gets headers and body back then, any other the headers with the body's last part. Not thread-safe.
/// </summary>
internal sealed class GatewayStream(GatewayGate gate, RouterOptions options)
{
    private readonly ArrayBufferWriter<byte> _body = new();
    private HeaderMap _headers = new();
    private BodySendMode? _requestMode;
    private BodySendMode? _responseMode;
    private bool _hasBegun;
    private bool _hasParted;

    /// <summary>Whether nothing more is said of the request itself.</summary>
    public bool IsDecided { get; private set; }

    /// <summary>Whether the gateway answers the client itself.</summary>
    public bool IsOver { get; private set; }

    /// <summary>What came of a request with a body, for its count: "gated" (the gate chose), "named" (its client did), "passed" (on as it came), "refused"; null: nothing yet.</summary>
    public string? Outcome { get; private set; }

    private bool IsDuplex => _requestMode == BodySendMode.FullDuplexStreamed;

    /// <returns>What is said to the gateway, in this order; sent before the next part is taken.</returns>
    /// <exception cref="RequestFailedException">The message is none.</exception>
    public IEnumerable<ProcessingResponse> Take(ProcessingRequest message)
    {
        if (!_hasBegun)
        {
            _hasBegun = true;
            _requestMode = message.ProtocolConfig?.RequestBodyMode;
            _responseMode = message.ProtocolConfig?.ResponseBodyMode;
        }

        return message.ObservabilityMode ? [] : message switch
        {
            { RequestHeaders: { } headers } => TakeHeaders(headers),
            { RequestBody: { } body } => TakeBody(body),
            { RequestTrailers: not null } => TakeTrailers(),
            { ResponseHeaders: not null } => [new() { ResponseHeaders = new HeadersResponse { Response = new CommonResponse() } }],
            { ResponseBody: { } body } => [GatewayAnswers.PassResponse(body, _responseMode == BodySendMode.FullDuplexStreamed)],
            { ResponseTrailers: not null } => [new() { ResponseTrailers = new TrailersResponse() }],
            _ => throw new RequestFailedException(Failure.Invalid("request", "request is none of headers, body and trailers of a request or its response")),
        };
    }

    private IEnumerable<ProcessingResponse> TakeHeaders(HttpHeaders headers)
    {
        _headers = headers.Headers ?? _headers;
        IsDecided |= headers.EndOfStream;
        return IsDuplex && !headers.EndOfStream ? [] : [GatewayAnswers.Begin()];
    }

    private IEnumerable<ProcessingResponse> TakeBody(HttpBody part)
    {
        if (IsDecided)
        {
            return IsDuplex ? [] : [GatewayAnswers.PassRequest()];
        }

        if (_body.WrittenCount + part.Body.Length > options.MaxRequestBytes)
        {
            return Refuse(new Failure(FailureKind.TooLarge, $"the body is too large: at most {options.MaxRequestBytes} bytes are taken", "body"));
        }

        _body.Write(part.Body.Span);
        if (part.EndOfStream || _requestMode == BodySendMode.Buffered)
        {
            return Decide(hasTrailers: false);
        }

        _hasParted = true;
        return IsDuplex ? [] : [GatewayAnswers.PassRequest()];
    }

    private IEnumerable<ProcessingResponse> TakeTrailers()
    {
        ProcessingResponse trailers = new() { RequestTrailers = new TrailersResponse() };
        if (IsDecided || !IsDuplex)
        {
            IsDecided = true;
            return [trailers];
        }

        var decided = Decide(hasTrailers: true);
        return IsOver ? decided : decided.Append(trailers);
    }

    /// <summary>Asks the gate, now that all of the body is there.</summary>
    private IEnumerable<ProcessingResponse> Decide(bool hasTrailers)
    {
        GatewayChoice choice;
        try
        {
            choice = gate.Ask(_body.WrittenMemory, HeaderOf);
        }
        catch (RequestFailedException error)
        {
            if (!options.ExtProcFailOpen)
            {
                return Refuse(error.Failure);
            }

            choice = GatewayChoice.None;
        }

        IsDecided = true;
        Outcome = choice.IsGated ? "gated" : choice.Model is null ? "passed" : "named";
        bool isChanged = choice is { Expert: { } expert, IsGated: true } && options.ExtProcRewrite && (IsDuplex || !_hasParted);
        var body = isChanged ? BodyModel.Put(_body.WrittenMemory, choice.Expert!) : _body.WrittenMemory;
        return IsDuplex
            ? GatewayAnswers.Whole(choice, body, hasTrailers)
            : [isChanged ? GatewayAnswers.End(choice, body, hasLength: HeaderOf(GatewayHeaders.ContentLength) is not null) : GatewayAnswers.End(choice)];
    }

    private IEnumerable<ProcessingResponse> Refuse(Failure failure)
    {
        (IsDecided, IsOver, Outcome) = (true, true, "refused");
        return [GatewayAnswers.Refuse(failure)];
    }

    /// <summary>Gateways send names in lower case; of several of a name the first counts.</summary>
    private string? HeaderOf(string name)
    {
        foreach (var header in _headers.Headers)
        {
            if (header.Key.Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                return header.RawValue.Length > 0 ? header.RawValue.ToStringUtf8() : header.Value.Length > 0 ? header.Value : null;
            }
        }

        return null;
    }
}
