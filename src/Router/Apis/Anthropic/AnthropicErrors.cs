using System.Globalization;
using System.Text.Json;
using ExpertCluster.Contracts.Failures;
using ExpertCluster.Router.Apis.OpenAi;

namespace ExpertCluster.Router.Apis.Anthropic;

/// <summary>Errors as Anthropic's clients expect them: {"type": "error", "error": {"type", "message"}}. Their status is the same as everywhere over HTTP.</summary>
internal static class AnthropicErrors
{
    public static async Task WriteAsync(HttpResponse response, Failure failure)
    {
        response.StatusCode = OpenAiErrors.StatusOf(failure.Kind).Http;
        response.ContentType = "application/json";
        if (failure.RetryAfter is { } delay)
        {
            response.Headers.RetryAfter = Math.Ceiling(delay.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        }

        await using var json = new Utf8JsonWriter(response.BodyWriter, ApiJson.Writing);
        Write(json, failure);
    }

    public static void Write(Utf8JsonWriter json, Failure failure)
    {
        json.WriteStartObject();
        json.WriteString("type", "error");
        json.WriteStartObject("error");
        json.WriteString("type", TypeOf(failure.Kind));
        json.WriteString("message", failure.Message);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static string TypeOf(FailureKind kind) => kind switch
    {
        FailureKind.TooLarge => "request_too_large",
        FailureKind.UnknownModel or FailureKind.NotFound or FailureKind.Gone => "not_found_error",
        FailureKind.Overloaded => "rate_limit_error",
        FailureKind.Unavailable => "overloaded_error",
        FailureKind.DeadlineExceeded => "timeout_error",
        FailureKind.Forbidden => "permission_error",
        FailureKind.Unauthenticated => "authentication_error",
        FailureKind.Internal => "api_error",
        _ => "invalid_request_error",
    };
}
