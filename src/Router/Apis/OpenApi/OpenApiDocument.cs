using System.Buffers;
using System.Reflection;
using System.Text.Json;
using ExpertCluster.Router.Apis.Anthropic;
using ExpertCluster.Router.Apis.Encoders;
using ExpertCluster.Router.Apis.KServe;
using ExpertCluster.Router.Apis.OpenAi;
using ExpertCluster.Router.Apis.Responses;

namespace ExpertCluster.Router.Apis.OpenApi;

/// <summary>Makes the document (OpenAPI 3.1) of the tables that requests are read by, so that both say the same.</summary>
internal static class OpenApiDocument
{
    public const string Title = "ExpertCluster";

    private const string Json = "application/json";
    private const string Events = "text/event-stream";
    private const string Error = "Error";

    private static readonly (string Name, string In) OfPath = ("id", "path");

    private static readonly (string Path, string Method, string Summary)[] Others =
    [
        ("/v1/models", "get", "What can be asked: auto, experts, bases and encoders"),
        ("/v1/models/{id}", "get", "One of them"),
        ("/v1/stream/{id}", "get", "A held stream, from an event on"),
        ("/v1/responses/{id}", "get", "A response in the background: what there is of it, or its events from one on"),
        ("/v1/stream/{id}", "delete", "An end to it, and nothing of it is kept"),
        ("/v1/responses/{id}", "delete", "An end to it, and nothing of it is kept"),
        ("/v1/responses/{id}/cancel", "post", "An end to it"),
        ("/v1/feedback", "post", "How an answer was"),
        ("/tokenize", "post", "What a text or a conversation is in a base's tokens"),
        ("/detokenize", "post", "The text of tokens"),
        ("/classify", "post", "What the gate says of texts, without an answer to them"),
        ("/v2", "get", "KServe: the server"),
        ("/v2/health/live", "get", "KServe: 200"),
        ("/v2/health/ready", "get", "KServe: 200 where a model can answer"),
        ("/v2/models/{id}", "get", "KServe: a model's tensors"),
        ("/v2/models/{id}/ready", "get", "KServe: 200 where it can answer"),
        ("/v2/models/{id}/infer", "post", "KServe: a whole answer, by tensors"),
        ("/v2/repository/index", "post", "KServe: models, and why those that can't answer can't"),
        ("/health", "get", "200 where a model can answer"),
        ("/ping", "get", "The same"),
        ("/version", "get", "The router's"),
    ];

    /// <returns>JSON in UTF-8.</returns>
    public static byte[] Make()
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, ApiJson.Writing))
        {
            json.WriteStartObject();
            json.WriteString("openapi", "3.1.0");
            json.WriteStartObject("info");
            json.WriteString("title", Title);
            json.WriteString("version", typeof(OpenApiDocument).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0");
            json.WriteEndObject();
            WritePaths(json);
            WriteComponents(json);
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static void WritePaths(Utf8JsonWriter json)
    {
        json.WriteStartObject("paths");
        WriteAsked(json, RequestFields.Chat, "A chat's next turn", hasStream: true);
        WriteAsked(json, RequestFields.Completions, "A text goes on", hasStream: true);
        WriteAsked(json, ResponsesFields.Table, "A response, as OpenAI has them", hasStream: true);
        WriteAsked(json, MessagesFields.Table, "A message, as Anthropic has them", hasStream: true);
        WriteAsked(json, MessagesFields.Counted, "How many tokens a conversation has", hasStream: false);
        WriteAsked(json, EmbeddingsFields.Table, "Vectors of texts", hasStream: false);
        WriteAsked(json, ScoreFields.Score, "How well texts go with others", hasStream: false);
        WriteAsked(json, ScoreFields.Rerank, "Documents, those first that answer a query best", hasStream: false);
        WriteAsked(json, InferFields.Table, "/v2/models/{id}/generate", "Triton: a whole answer", OfPath, Json);
        WriteAsked(json, InferFields.Table, "/v2/models/{id}/generate_stream", "Triton: an answer in pieces", OfPath, Events);
        foreach (var path in Others.GroupBy(other => other.Path))
        {
            json.WriteStartObject(path.Key);
            foreach (var (_, method, summary) in path)
            {
                Begin(json, method, summary, path.Key.Contains("{id}", StringComparison.Ordinal) ? OfPath : null);
                End(json);
            }

            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static void WriteAsked(Utf8JsonWriter json, FieldTable table, string summary, bool hasStream) =>
        WriteAsked(json, table, table.Path, summary, hasStream ? (HeldCalls.Header, "header") : null, hasStream ? [Json, Events] : []);

    private static void WriteAsked(Utf8JsonWriter json, FieldTable table, string path, string summary, (string Name, string In)? parameter, params string[] answers)
    {
        json.WriteStartObject(path);
        Begin(json, "post", summary, parameter);
        json.WriteStartObject("requestBody");
        json.WriteBoolean("required", true);
        json.WriteStartObject("content");
        json.WriteStartObject(Json);
        json.WriteStartObject("schema");
        json.WriteString("type", "object");
        json.WriteStartObject("properties");
        foreach (var field in table.All.Where(f => f.State != FieldState.Refused))
        {
            json.WriteStartObject(field.Name);
            json.WriteString("description", field.State == FieldState.ChangesNothing ? $"Changes nothing: {field.Note}" : field.Note);
            json.WriteEndObject();
        }

        json.WriteEndObject();
        json.WriteBoolean("additionalProperties", false);
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
        End(json, answers);
        json.WriteEndObject();
    }

    private static void Begin(Utf8JsonWriter json, string method, string summary, (string Name, string In)? parameter)
    {
        json.WriteStartObject(method);
        json.WriteString("summary", summary);
        if (parameter is not var (name, place))
        {
            return;
        }

        json.WriteStartArray("parameters");
        json.WriteStartObject();
        json.WriteString("name", name);
        json.WriteString("in", place);
        json.WriteBoolean("required", place == "path");
        json.WriteStartObject("schema");
        json.WriteString("type", "string");
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndArray();
    }

    private static void End(Utf8JsonWriter json, params string[] answers)
    {
        json.WriteStartObject("responses");
        json.WriteStartObject("2XX");
        json.WriteString("description", "The answer");
        if (answers.Length > 0)
        {
            json.WriteStartObject("content");
            foreach (string type in answers)
            {
                json.WriteStartObject(type);
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        json.WriteEndObject();
        json.WriteStartObject("default");
        json.WriteString("$ref", $"#/components/responses/{Error}");
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteComponents(Utf8JsonWriter json)
    {
        json.WriteStartObject("components");
        json.WriteStartObject("responses");
        json.WriteStartObject(Error);
        json.WriteString("description", "What is wrong, which field has it, and the limit");
        json.WriteStartObject("content");
        json.WriteStartObject(Json);
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
    }
}
