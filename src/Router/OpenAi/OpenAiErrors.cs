using System.Text.Json;
using ExpertCluster.Router.Errors;

namespace ExpertCluster.Router.OpenAi;

/// <summary>Errors as OpenAI's clients expect them: {"error": {"message", "type", "param", "code"}}.</summary>
internal static class OpenAiErrors
{
    /// <summary>Seconds a refused caller is asked to wait.</summary>
    private const string RetryAfter = "1";

    public static async Task WriteAsync(HttpResponse response, RouterException error)
    {
        var (_, status, _, _) = RouterErrorMap.Of(error.Error);
        response.StatusCode = status;
        response.ContentType = "application/json";
        if (error.Error is RouterError.Overloaded or RouterError.Unavailable)
        {
            response.Headers.RetryAfter = RetryAfter;
        }

        await using var json = new Utf8JsonWriter(response.BodyWriter);
        Write(json, error);
    }

    public static void Write(Utf8JsonWriter json, RouterException error)
    {
        var (_, _, type, code) = RouterErrorMap.Of(error.Error);
        json.WriteStartObject();
        json.WriteStartObject("error");
        json.WriteString("message", error.Message);
        json.WriteString("type", type);
        json.WriteString("param", error.Field);
        json.WriteString("code", code);
        json.WriteEndObject();
        json.WriteEndObject();
    }
}
