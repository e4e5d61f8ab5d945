using System.Text.Json;
using ExpertCluster.Catalogue.Snapshots;
using ExpertCluster.Contracts.Failures;
using ExpertCluster.Router.Apis.Admin;
using ExpertCluster.Router.Apis.OpenAi;
using ExpertCluster.V1;

namespace ExpertCluster.Router.Apis.Vllm;

/// <summary>
/// vLLM's way to add and remove adapters of a running server: /v1/load_lora_adapter and /v1/unload_lora_adapter, which answer when the adapter is
/// served, or gone. A part of the admin API: who may, and what may be named, is the same.
/// </summary>
internal sealed class LoraApi(AdminChanges changes, AdminAccess access, ICatalogueSource catalogue) : IApi
{
    private const int WaitSeconds = 120;

    public string Name => "vllm-lora";

    public void Map(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapPost("/v1/load_lora_adapter", (HttpContext http) => AnswerAsync(http, LoadAsync));
        endpoints.MapPost("/v1/unload_lora_adapter", (HttpContext http) => AnswerAsync(http, UnloadAsync));
    }

    private async Task<string> LoadAsync(HttpContext http)
    {
        var body = await BodyAsync(http);
        var (name, path) = (Text(body, "lora_name"), Text(body, "lora_path"));
        bool isKnown = catalogue.Current.FindExpert(name) is not null;
        if (!Flag(body, "load_inplace") && isKnown)
        {
            throw new RequestFailedException(Failure.Invalid("lora_name", $"the LoRA adapter '{name}' has already been loaded; set load_inplace to load it again"));
        }

        string by = AdminCaller.Of(http);
        var spec = new ExpertSpec { Name = name, Adapter = path, Base = Text(body, "base_model_name", isNeeded: false) };
        var answer = await changes.ApplyAsync(new ApplyExpertRequest { Expert = spec, Options = Options("load_lora_adapter") }, by, http.RequestAborted);
        if (answer.Failure.Length > 0)
        {
            // As there: what can't be loaded leaves nothing behind, and what was loaded stays.
            if (!isKnown)
            {
                await changes.RemoveAsync(new RemoveExpertRequest { Name = name, Options = new ChangeOptions { Reason = "load_lora_adapter failed" } }, by, http.RequestAborted);
            }

            throw new RequestFailedException(Failure.Invalid("lora_path", answer.Failure));
        }

        return answer.Served ? $"Success: LoRA adapter '{name}' added successfully." : throw NotServed(answer.Version);
    }

    private async Task<string> UnloadAsync(HttpContext http)
    {
        string name = Text(await BodyAsync(http), "lora_name");
        var answer = await changes.RemoveAsync(
            new RemoveExpertRequest { Name = name, Options = Options("unload_lora_adapter") }, AdminCaller.Of(http), http.RequestAborted);
        return answer.Served ? $"Success: LoRA adapter '{name}' removed successfully." : throw NotServed(answer.Version);
    }

    private static ChangeOptions Options(string reason) => new() { WaitSeconds = WaitSeconds, Reason = reason };

    private static RequestFailedException NotServed(long version) =>
        new(FailureKind.Unavailable, $"the change is stored as version {version} and was not served within {WaitSeconds} seconds: no keeper prepares it");

    private async Task AnswerAsync(HttpContext http, Func<HttpContext, Task<string>> change)
    {
        try
        {
            access.Demand(http);
            BrowserGuard.Demand(http);
            await http.Response.WriteAsync(await change(http), http.RequestAborted);
        }
        catch (RequestFailedException error)
        {
            await OpenAiErrors.WriteAsync(http.Response, error.Failure);
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // Nobody is left to tell.
            http.Abort();
        }
    }

    private static async Task<JsonElement> BodyAsync(HttpContext http)
    {
        try
        {
            using var body = await JsonDocument.ParseAsync(http.Request.Body, cancellationToken: http.RequestAborted);
            return body.RootElement.ValueKind == JsonValueKind.Object
                ? body.RootElement.Clone()
                : throw new RequestFailedException(Failure.Invalid("body", "the body must be a JSON object"));
        }
        catch (JsonException error)
        {
            throw new RequestFailedException(Failure.Invalid("body", $"the body is not valid JSON in UTF-8: {error.Message}"));
        }
        catch (BadHttpRequestException error)
        {
            throw new RequestFailedException(Failure.Invalid("body", $"the body could not be read: {error.Message}"));
        }
    }

    private static string Text(JsonElement body, string field, bool isNeeded = true)
    {
        if (!body.TryGetProperty(field, out var value) || value.ValueKind == JsonValueKind.Null)
        {
            return isNeeded ? throw new RequestFailedException(Failure.Invalid(field, $"{field} is missing")) : "";
        }

        try
        {
            return value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text
                ? text
                : throw new RequestFailedException(Failure.Invalid(field, $"{field} must be a text that is not empty"));
        }
        catch (InvalidOperationException)
        {
            // An escaped lone surrogate.
            throw new RequestFailedException(Failure.Invalid(field, $"{field} is not valid text"));
        }
    }

    private static bool Flag(JsonElement body, string field) => body.TryGetProperty(field, out var value) && value.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False or JsonValueKind.Null => false,
        _ => throw new RequestFailedException(Failure.Invalid(field, $"{field} must be true or false")),
    };
}
