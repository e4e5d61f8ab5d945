using System.Globalization;
using System.Text.Json;
using ExpertCluster.Contracts.Failures;
using ExpertCluster.Router.Apis.OpenAi;

namespace ExpertCluster.Router.Apis.KServe;

/// <summary>Answers over HTTP, as JSON; errors are {"error": "..."}, with the statuses that they have everywhere.</summary>
internal static class HttpOutput
{
    public static void WriteInfer(Utf8JsonWriter json, InferRequest request, InferAnswer answer)
    {
        json.WriteStartObject();
        WriteHead(json, request, answer);
        json.WriteStartArray("outputs");
        foreach (string name in request.Outputs)
        {
            if (answer.ValueOf(name) is { } value)
            {
                json.WriteStartObject();
                json.WriteString("name", name);
                json.WriteString("datatype", value is string ? "BYTES" : "UINT32");
                json.WriteStartArray("shape");
                json.WriteNumberValue(1);
                json.WriteEndArray();
                json.WriteStartArray("data");
                WriteValue(json, value);
                json.WriteEndArray();
                json.WriteEndObject();
            }
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    public static void WriteGenerated(Utf8JsonWriter json, (InferRequest Request, InferAnswer Answer) said)
    {
        json.WriteStartObject();
        WriteHead(json, said.Request, said.Answer);
        foreach (string name in said.Request.Outputs)
        {
            if (said.Answer.ValueOf(name) is { } value)
            {
                json.WritePropertyName(name);
                WriteValue(json, value);
            }
        }

        json.WriteEndObject();
    }

    public static void WriteError(Utf8JsonWriter json, Failure failure)
    {
        json.WriteStartObject();
        json.WriteString("error", failure.Message);
        json.WriteEndObject();
    }

    public static async Task WriteErrorAsync(HttpResponse response, Failure failure)
    {
        response.StatusCode = OpenAiErrors.StatusOf(failure.Kind).Http;
        response.ContentType = "application/json";
        if (failure.RetryAfter is { } delay)
        {
            response.Headers.RetryAfter = Math.Ceiling(delay.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        }

        if (failure.Kind == FailureKind.Unauthenticated)
        {
            response.Headers.WWWAuthenticate = OpenAiErrors.Challenge;
        }

        await using var json = new Utf8JsonWriter(response.BodyWriter, ApiJson.Writing);
        WriteError(json, failure);
    }

    private static void WriteHead(Utf8JsonWriter json, InferRequest request, InferAnswer answer)
    {
        json.WriteString("model_name", request.Model);
        json.WriteString("model_version", InferRequest.Version);
        if (request.Id.Length > 0)
        {
            json.WriteString("id", request.Id);
        }

        if (answer.Experts is { } experts)
        {
            json.WriteStartObject("parameters");
            json.WriteString(InferAnswer.ExpertsParameter, experts);
            json.WriteEndObject();
        }
    }

    private static void WriteValue(Utf8JsonWriter json, object value)
    {
        if (value is string text)
        {
            json.WriteStringValue(text);
        }
        else
        {
            json.WriteNumberValue((uint)value);
        }
    }
}
