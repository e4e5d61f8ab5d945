using System.Text.Json;
using ExpertCluster.Contracts.Failures;
using ExpertCluster.Node.Hosting;
using ExpertCluster.Router.Apis.Admin;
using ExpertCluster.Router.Apis.OpenAi;
using ExpertCluster.Router.Serving;

namespace ExpertCluster.Router.Apis.KServe;

/// <summary>KServe's protocol over HTTP, with Triton's `generate`, `generate_stream` and repository.</summary>
internal sealed class InferEndpoints(CompletionPipeline pipeline, InferModels models, InferRepository repository, StallGuard stalls)
{
    public Task InferAsync(HttpContext http, string model, string? version) => RunAsync(http, async () =>
    {
        var request = await HttpInput.ReadInferAsync(http, model, version ?? "");
        var answer = await AnswerAsync(http, request, "generate_stream answers in pieces");
        await WriteAsync(http, json => HttpOutput.WriteInfer(json, request, answer));
    });

    public Task GenerateAsync(HttpContext http, string model, string? version) => RunAsync(http, async () =>
    {
        var request = await HttpInput.ReadGenerateAsync(http, model, version ?? "");
        var answer = await AnswerAsync(http, request, "generate_stream answers in pieces");
        await WriteAsync(http, json => HttpOutput.WriteGenerated(json, (request, answer)));
    });

    public Task GenerateStreamAsync(HttpContext http, string model, string? version) => RunAsync(http, async () =>
    {
        var request = await HttpInput.ReadGenerateAsync(http, model, version ?? "");
        if (request.Stream is false)
        {
            var whole = await AnswerAsync(http, request, "");
            AnswerCalls.BeginStream(http);
            using var only = new EventStream(http.Response.BodyWriter, flush => stalls.WaitAsync(flush, http));
            await only.WriteAsync(HttpOutput.WriteGenerated, (request, whole), http.RequestAborted);
            return;
        }

        using var events = new EventStream(http.Response.BodyWriter, flush => stalls.WaitAsync(flush, http));
        bool hasBegun = false;
        try
        {
            await foreach (var chunk in pipeline.RunAsync(CallHeaders.Onto(request.Completion, http), DateTime.MaxValue, http.RequestAborted))
            {
                if (!hasBegun)
                {
                    hasBegun = true;
                    AnswerCalls.BeginStream(http);
                }

                await events.WriteAsync(HttpOutput.WriteGenerated, (request, InferAnswer.Of(chunk)), http.RequestAborted);
            }
        }
        catch (RequestFailedException error) when (hasBegun && !http.RequestAborted.IsCancellationRequested)
        {
            await events.WriteAsync(HttpOutput.WriteError, error.Failure, http.RequestAborted);
        }
    });

    public static Task ServerAsync(HttpContext http) => WriteAsync(http, json =>
    {
        json.WriteStartObject();
        json.WriteString("name", InferModels.Server);
        json.WriteString("version", InferModels.ServerVersion);
        WriteTexts(json, "extensions", InferModels.Extensions);
        json.WriteEndObject();
    });

    public Task ModelAsync(HttpContext http, string model, string? version) => RunAsync(http, async () =>
    {
        var standing = await models.StateAsync(model, version ?? "", http.RequestAborted);
        await WriteAsync(http, json =>
        {
            json.WriteStartObject();
            json.WriteString("name", standing.Name);
            WriteTexts(json, "versions", [InferRequest.Version]);
            json.WriteString("platform", InferModels.Platform);
            WriteTensors(json, "inputs", InferModels.Inputs);
            WriteTensors(json, "outputs", InferModels.Outputs);
            json.WriteEndObject();
        });
    });

    public Task ModelReadyAsync(HttpContext http, string model, string? version) => RunAsync(http, async () =>
    {
        var standing = await models.StateAsync(model, version ?? "", http.RequestAborted);
        if (!standing.IsReady)
        {
            throw new RequestFailedException(FailureKind.Unavailable, $"model \"{standing.Name}\": {standing.Reason}");
        }
    });

    public Task IndexAsync(HttpContext http) => RunAsync(http, async () =>
    {
        bool isReadyAlone = await JsonBody.ReadAsync(http, absent: false, body =>
        {
            var fields = JsonFields.OfBody(body);
            fields.RefuseUnknown("ready");
            return fields.Boolean("ready");
        });
        var all = await models.ListAsync(isReadyAlone, http.RequestAborted);
        await WriteAsync(http, json =>
        {
            json.WriteStartArray();
            foreach (var one in all)
            {
                json.WriteStartObject();
                json.WriteString("name", one.Name);
                json.WriteString("version", InferRequest.Version);
                json.WriteString("state", one.State);
                json.WriteString("reason", one.Reason);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        });
    });

    public Task LoadAsync(HttpContext http, string model) => RunAsync(http, async () =>
    {
        BrowserGuard.Demand(http);
        var parameters = await ReadParametersAsync(http);
        await repository.LoadAsync(http, model, parameters.ToDictionary(p => p.Key, p => p.Value.ValueKind == JsonValueKind.String ? p.Value.GetString() : null), http.RequestAborted);
    });

    public Task UnloadAsync(HttpContext http, string model) => RunAsync(http, async () =>
    {
        BrowserGuard.Demand(http);
        var parameters = await ReadParametersAsync(http);
        await repository.UnloadAsync(http, model, parameters.Keys, http.RequestAborted);
    });

    private static Task<Dictionary<string, JsonElement>> ReadParametersAsync(HttpContext http) => JsonBody.ReadAsync(http, absent: [], body =>
    {
        var fields = JsonFields.OfBody(body);
        fields.RefuseUnknown("parameters");
        return fields.Object("parameters") is not { } given ? [] : given.Names.ToDictionary(name => name, name => given.Get(name)?.Clone() ?? default, StringComparer.Ordinal);
    });

    private static Task RunAsync(HttpContext http, Func<Task> answer) => AnswerCalls.RunAsync(http, answer, failure => HttpOutput.WriteErrorAsync(http.Response, failure));

    private async Task<InferAnswer> AnswerAsync(HttpContext http, InferRequest request, string instead)
    {
        if (request.Stream is true)
        {
            throw JsonFields.Wrong("stream", $"is true; {instead}");
        }

        var answer = new InferAnswer();
        await foreach (var chunk in pipeline.RunAsync(CallHeaders.Onto(request.Completion, http), DateTime.MaxValue, http.RequestAborted))
        {
            answer.Add(chunk);
        }

        return answer;
    }

    private static async Task WriteAsync(HttpContext http, Action<Utf8JsonWriter> write)
    {
        http.Response.ContentType = "application/json";
        await using var json = new Utf8JsonWriter(http.Response.BodyWriter, ApiJson.Writing);
        write(json);
    }

    private static void WriteTexts(Utf8JsonWriter json, string name, IEnumerable<string> texts)
    {
        json.WriteStartArray(name);
        foreach (string text in texts)
        {
            json.WriteStringValue(text);
        }

        json.WriteEndArray();
    }

    private static void WriteTensors(Utf8JsonWriter json, string name, IEnumerable<InferTensor> tensors)
    {
        json.WriteStartArray(name);
        foreach (var tensor in tensors)
        {
            json.WriteStartObject();
            json.WriteString("name", tensor.Name);
            json.WriteString("datatype", tensor.Type);
            json.WriteStartArray("shape");
            json.WriteNumberValue(1);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
