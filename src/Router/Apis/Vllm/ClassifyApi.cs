using System.Text.Json;
using ExpertCluster.Contracts.Completions;
using ExpertCluster.Contracts.Failures;
using ExpertCluster.Router.Apis.OpenAi;
using ExpertCluster.Router.Planning;

namespace ExpertCluster.Router.Apis.Vllm;

/// <summary>vLLM's /classify, answered by the gate: its classes are the experts and generalists.</summary>
internal sealed class ClassifyApi(GateReading gate, TimeProvider time) : IApi
{
    /// <summary>Texts, times classes; some 20 bytes each.</summary>
    private const int MostOdds = 1 << 20;

    private const int MostInputs = 1024;

    public string Name => "vllm-classify";

    public void Map(IEndpointRouteBuilder endpoints) =>
        endpoints.MapPost("/classify", (HttpContext http) => OpenAiErrors.RunAsync(http, () => ClassifyAsync(http)));

    internal async Task ClassifyAsync(HttpContext http)
    {
        var requests = await JsonBody.ReadAsync(http, Read);
        var answers = gate.Read(requests, http.RequestAborted);
        string[] labels = [.. answers.Scores.SelectMany(s => s.Ranked).Select(c => c.Name).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        if ((long)labels.Length * requests.Count > MostOdds)
        {
            throw JsonFields.Wrong("input", $"has {requests.Count} texts, which with {labels.Length} classes are more probabilities than the {MostOdds} that are given at once");
        }

        http.Response.ContentType = "application/json";
        await using var json = new Utf8JsonWriter(http.Response.BodyWriter, ApiJson.Writing);
        Write(json, answers, labels);
    }

    private static List<CompletionRequest> Read(JsonElement body)
    {
        var fields = JsonFields.OfBody(body);
        fields.RefuseUnknown("model", "input", "messages", "use_activation", "user", "request_id");
        if (fields.String("model") is not (null or "" or CompletionRequest.Auto))
        {
            throw new RequestFailedException(FailureKind.UnknownModel, $"model must be \"{CompletionRequest.Auto}\", or absent: it is the gate that classifies, no expert", "model");
        }

        if (fields.Get("use_activation") is not null && !fields.Boolean("use_activation"))
        {
            throw JsonFields.Wrong("use_activation", "is false; the gate gives probabilities only");
        }

        if (fields.Get("messages") is not null)
        {
            return fields.Get("input") is null
                ? [Checked(new CompletionRequest { Messages = MessageReader.ReadAll(fields) }, "messages")]
                : throw JsonFields.Wrong("input", "stands beside messages; one of the two is taken");
        }

        return fields.Get("input") switch
        {
            null => throw JsonFields.Wrong("input", "is missing; input or messages is needed"),
            { ValueKind: JsonValueKind.Array } list when list.GetArrayLength() is > 0 and <= MostInputs => [.. list.EnumerateArray().Select((one, i) => Text(one, $"input[{i}]"))],
            { ValueKind: JsonValueKind.Array } list => throw JsonFields.Wrong("input", $"has {list.GetArrayLength()} texts; 1 to {MostInputs} are taken"),
            { } one => [Text(one, "input")],
        };
    }

    private static CompletionRequest Text(JsonElement element, string field) => element.ValueKind == JsonValueKind.String
        ? Checked(new CompletionRequest { Prompt = element.GetString() }, field)
        : throw JsonFields.Wrong(field, "must be a string; the gate reads texts, no tokens");

    private static CompletionRequest Checked(CompletionRequest request, string field) =>
        request.Prompt == "" ? throw JsonFields.Wrong(field, "is empty")
        : RequestLimits.CheckInput(request) is { } failure ? throw new RequestFailedException(failure)
        : request;

    private void Write(Utf8JsonWriter json, GateAnswers answers, string[] labels)
    {
        json.WriteStartObject();
        json.WriteString("id", $"classify-{Guid.NewGuid():N}");
        json.WriteString("object", "list");
        json.WriteNumber("created", time.GetUtcNow().ToUnixTimeSeconds());
        json.WriteString("model", CompletionRequest.Auto);
        json.WriteStartArray("data");
        for (int i = 0; i < answers.Scores.Count; i++)
        {
            var scores = answers.Scores[i];
            var odds = scores.Ranked.ToDictionary(c => c.Name, c => c.Probability, StringComparer.Ordinal);
            json.WriteStartObject();
            json.WriteNumber("index", i);
            json.WriteString("label", scores.Choice(answers.Floor));
            json.WriteStartArray("probs");
            foreach (string label in labels)
            {
                json.WriteNumberValue(Math.Round(odds.GetValueOrDefault(label), 6));
            }

            json.WriteEndArray();
            json.WriteNumber("num_classes", labels.Length);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        WriteGate(json, answers, labels);

        // The gate reads texts: it counts no tokens.
        json.WriteStartObject("usage");
        json.WriteNumber("prompt_tokens", 0);
        json.WriteNumber("completion_tokens", 0);
        json.WriteNumber("total_tokens", 0);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteGate(Utf8JsonWriter json, GateAnswers answers, string[] labels)
    {
        json.WriteStartObject(ExpertClusterExtension.Key);
        json.WriteStartArray("labels");
        foreach (string label in labels)
        {
            json.WriteStringValue(label);
        }

        json.WriteEndArray();
        json.WriteString("generalist", answers.Scores[0].Generalist);
        json.WriteNumber("floor", answers.Floor ?? answers.Scores[0].Floor);
        json.WriteString("gate_revision", answers.Revision);
        json.WriteEndObject();
    }
}
