using System.Text.Json;
using ExpertCluster.Contracts.Failures;
using ExpertCluster.Router.Apis.OpenAi;
using ExpertCluster.Router.Encoders;

namespace ExpertCluster.Router.Apis.Encoders;

/// <summary>vLLM's /score: how well texts go with others, in the order that they came in.</summary>
internal sealed class ScoreApi(EncodingPipeline pipeline, TimeProvider time) : IApi
{
    /// <summary>What the two lists are called, whichever names a caller knows.</summary>
    private static readonly (string Queries, string Documents)[] Names =
    [
        (ScoreFields.Queries, ScoreFields.Documents), (ScoreFields.First, ScoreFields.Second), (ScoreFields.FirstData, ScoreFields.SecondData),
    ];

    public string Name => "score";

    public void Map(IEndpointRouteBuilder endpoints)
    {
        foreach (string path in (string[])[ScoreFields.Score.Path, "/v1/score"])
        {
            endpoints.MapPost(path, (HttpContext http) => OpenAiErrors.RunAsync(http, () => ScoreAsync(http)));
        }
    }

    private async Task ScoreAsync(HttpContext http)
    {
        var (request, names) = await JsonBody.ReadAsync(http, Read);
        EncodingAnswer answer;
        try
        {
            answer = await pipeline.ScoreAsync(request, DateTime.MaxValue, http.RequestAborted);
        }
        catch (RequestFailedException error)
        {
            throw TextPlaces.Moved(
                TextPlaces.Moved(EncoderFields.Named(error), TextPlaces.Queries, place => $"{names.Queries}[{place}]"), TextPlaces.Documents, place => $"{names.Documents}[{place}]");
        }

        http.Response.ContentType = "application/json";
        await using var json = new Utf8JsonWriter(http.Response.BodyWriter, ApiJson.Writing);
        Write(json, answer);
    }

    private static (ScoringRequest Request, (string Queries, string Documents) Names) Read(JsonElement body)
    {
        var fields = JsonFields.OfBody(body);
        ScoreFields.Score.Check(body);
        int? truncate = EncoderFields.ReadTruncate(fields);
        var given = Names.Where(n => fields.Get(n.Queries) is not null || fields.Get(n.Documents) is not null).ToArray();
        if (given.Length > 1)
        {
            throw JsonFields.Wrong(given[1].Queries, $"or {given[1].Documents} stands beside {given[0].Queries} or {given[0].Documents}; one pair of names is taken");
        }

        var names = given.Length == 0 ? Names[0] : given[0];
        var queries = EncoderFields.ReadTexts(fields, names.Queries, EncoderFields.TextOf, truncate is not null);
        var documents = EncoderFields.ReadTexts(fields, names.Documents, EncoderFields.TextOf, truncate is not null);
        EncodingLimits.CheckQueries(queries.Count, names.Queries, documents.Count, names.Documents);
        return (new ScoringRequest(fields.String("model") ?? "", queries, documents, truncate), names);
    }

    private void Write(Utf8JsonWriter json, EncodingAnswer answer)
    {
        json.WriteStartObject();
        json.WriteString("id", $"score-{Guid.NewGuid():N}");
        json.WriteString("object", "list");
        json.WriteNumber("created", time.GetUtcNow().ToUnixTimeSeconds());
        json.WriteString("model", answer.Model);
        json.WriteStartArray("data");
        for (int i = 0; i < answer.Texts.Count; i++)
        {
            json.WriteStartObject();
            json.WriteNumber("index", i);
            json.WriteString("object", "score");
            json.WriteNumber("score", answer.Texts[i].Values.Span[0]);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        EncoderAnswers.WriteEnd(json, answer);
    }
}
