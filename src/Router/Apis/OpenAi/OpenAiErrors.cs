using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using ExpertCluster.Contracts.Failures;

namespace ExpertCluster.Router.Apis.OpenAi;

/// <summary>Errors as OpenAI's clients expect them: {"error": {"message", "type", "param", "code"}}.</summary>
internal static class OpenAiErrors
{
    /// <summary>RFC 6750, section 3.</summary>
    public const string Challenge = "Bearer realm=\"expertcluster\"";

    /// <summary>Answers, or says why not.</summary>
    public static async Task RunAsync(HttpContext http, Func<Task> answer)
    {
        try
        {
            await answer();
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            http.Abort();
        }
        catch (RequestFailedException error)
        {
            await WriteAsync(http.Response, error.Failure);
        }
    }

    /// <param name="response">Gets it.</param>
    /// <param name="failure">What is told.</param>
    /// <param name="status">Instead of the kind's own.</param>
    public static async Task WriteAsync(HttpResponse response, Failure failure, int? status = null)
    {
        response.StatusCode = status ?? StatusOf(failure.Kind).Http;
        response.ContentType = "application/json";
        if (failure.RetryAfter is { } delay)
        {
            response.Headers.RetryAfter = Math.Ceiling(delay.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        }

        if (failure.Kind == FailureKind.Unauthenticated)
        {
            response.Headers.WWWAuthenticate = Challenge;
        }

        await using var json = new Utf8JsonWriter(response.BodyWriter, ApiJson.Writing);
        Write(json, failure);
    }

    public static void Write(Utf8JsonWriter json, Failure failure)
    {
        var (_, type, code) = StatusOf(failure.Kind);
        json.WriteStartObject();
        json.WriteStartObject("error");
        json.WriteString("message", failure.Message);
        json.WriteString("type", type);
        json.WriteString("param", failure.Field);
        json.WriteString("code", code);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    /// <summary>The one place where kinds of failure get their HTTP status, and OpenAI's type and code.</summary>
    public static (int Http, string Type, string? Code) StatusOf(FailureKind kind) => kind switch
    {
        FailureKind.InvalidArgument => (StatusCodes.Status400BadRequest, "invalid_request_error", null),
        FailureKind.PromptTooLong => (StatusCodes.Status400BadRequest, "invalid_request_error", "context_length_exceeded"),
        FailureKind.TooLarge => (StatusCodes.Status413PayloadTooLarge, "invalid_request_error", "request_too_large"),
        FailureKind.UnknownModel => (StatusCodes.Status404NotFound, "invalid_request_error", "model_not_found"),
        FailureKind.Unimplemented => (StatusCodes.Status501NotImplemented, "not_implemented_error", null),
        FailureKind.Overloaded => (StatusCodes.Status429TooManyRequests, "rate_limit_error", "overloaded"),
        FailureKind.Unavailable => (StatusCodes.Status503ServiceUnavailable, "service_unavailable_error", null),
        FailureKind.DeadlineExceeded => (StatusCodes.Status504GatewayTimeout, "timeout_error", null),
        FailureKind.Cancelled => (StatusCodes.Status499ClientClosedRequest, "cancelled_error", null),
        FailureKind.Internal => (StatusCodes.Status500InternalServerError, "internal_error", null),
        FailureKind.Conflict => (StatusCodes.Status409Conflict, "invalid_request_error", null),
        FailureKind.Forbidden => (StatusCodes.Status403Forbidden, "permission_error", null),
        FailureKind.Unauthenticated => (StatusCodes.Status401Unauthorized, "invalid_request_error", "invalid_api_key"),
        FailureKind.NotFound => (StatusCodes.Status404NotFound, "invalid_request_error", "not_found"),
        FailureKind.Gone => (StatusCodes.Status410Gone, "invalid_request_error", "gone"),
        _ => throw new UnreachableException($"{kind} has no status"),
    };
}
