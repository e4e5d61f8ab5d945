using System.Text.Json;
using ExpertCluster.Contracts.Failures;
using ExpertCluster.Router.Apis.OpenAi;
using ExpertCluster.Router.Encoders;

namespace ExpertCluster.Router.Apis.Encoders;

/// <summary>Rerank as vLLM, Jina and Cohere have it: documents, those first that answer a query best.</summary>
internal sealed class RerankApi(EncodingPipeline pipeline) : IApi
{
    public string Name => "rerank";

    public void Map(IEndpointRouteBuilder endpoints)
    {
        foreach (string path in (string[])["/rerank", ScoreFields.Rerank.Path, "/v2/rerank"])
        {
            endpoints.MapPost(path, (HttpContext http) => OpenAiErrors.RunAsync(http, () => RerankAsync(http)));
        }
    }

    private async Task RerankAsync(HttpContext http)
    {
        var (request, top, returns) = await JsonBody.ReadAsync(http, Read);
        EncodingAnswer answer;
        try
        {
            answer = await pipeline.ScoreAsync(request, DateTime.MaxValue, http.RequestAborted);
        }
        catch (RequestFailedException error)
        {
            throw TextPlaces.Moved(EncoderFields.Named(error), TextPlaces.Queries, _ => ScoreFields.Query);
        }

        http.Response.ContentType = "application/json";
        await using var json = new Utf8JsonWriter(http.Response.BodyWriter, ApiJson.Writing);
        Write(json, answer, request.Documents, top, returns);
    }

    private static (ScoringRequest Request, int Top, bool Returns) Read(JsonElement body)
    {
        var fields = JsonFields.OfBody(body);
        ScoreFields.Rerank.Check(body);
        int? truncate = EncoderFields.ReadTruncate(fields);
        int top = fields.Integer(ScoreFields.Top) ?? 0;
        if (top < 0)
        {
            throw JsonFields.Wrong(ScoreFields.Top, $"is {top}; it must be 0 or above");
        }

        string query = fields.String(ScoreFields.Query) ?? throw JsonFields.Wrong(ScoreFields.Query, "is missing");
        var documents = EncoderFields.ReadTexts(fields, ScoreFields.Documents, DocumentOf, truncate is not null);
        bool returns = fields.Get(ScoreFields.Return) is null || fields.Boolean(ScoreFields.Return);
        return (new ScoringRequest(fields.String("model") ?? "", [EncodingLimits.Checked(query, ScoreFields.Query, truncate is not null)], documents, truncate), top, returns);
    }

    /// <summary>A text, or an object that has nothing but one.</summary>
    private static string? DocumentOf(JsonElement element) => element.ValueKind == JsonValueKind.Object
        ? element.TryGetProperty("text", out var text) && element.GetPropertyCount() == 1 ? EncoderFields.TextOf(text) : null
        : EncoderFields.TextOf(element);

    private static void Write(Utf8JsonWriter json, EncodingAnswer answer, IReadOnlyList<string> documents, int top, bool returns)
    {
        json.WriteStartObject();
        json.WriteString("id", $"rerank-{Guid.NewGuid():N}");
        json.WriteString("model", answer.Model);
        json.WriteStartArray("results");

        // Of equal ones the earlier first.
        var best = Enumerable.Range(0, documents.Count).OrderByDescending(i => answer.Texts[i].Values.Span[0]);
        foreach (int i in top == 0 ? best : best.Take(top))
        {
            json.WriteStartObject();
            json.WriteNumber("index", i);
            json.WriteNumber("relevance_score", answer.Texts[i].Values.Span[0]);
            if (returns)
            {
                json.WriteStartObject("document");
                json.WriteString("text", documents[i]);
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
        EncoderAnswers.WriteEnd(json, answer);
    }
}
