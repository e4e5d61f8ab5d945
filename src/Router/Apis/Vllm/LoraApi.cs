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
internal sealed class LoraApi(AdapterLoads loads, AdminAnswers answers, ICatalogueSource catalogue) : IApi
{
    public string Name => "vllm-lora";

    public bool IsAdmin => true;

    public void Map(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapPost("/v1/load_lora_adapter", (HttpContext http) => AnswerAsync(http, LoadAsync));
        endpoints.MapPost("/v1/unload_lora_adapter", (HttpContext http) => AnswerAsync(http, UnloadAsync));
    }

    private async Task<string> LoadAsync(HttpContext http)
    {
        var (spec, isInPlace) = await JsonBody.ReadAsync(http, body =>
        {
            var fields = JsonFields.OfBody(body);
            var asked = new ExpertSpec { Name = Required(fields, "lora_name"), Adapter = Required(fields, "lora_path"), Base = fields.String("base_model_name") ?? "" };
            return (asked, fields.Boolean("load_inplace"));
        });
        string name = spec.Name;
        if (!isInPlace && catalogue.Current.HasExpert(name))
        {
            throw new RequestFailedException(Failure.Invalid("lora_name", $"the LoRA adapter '{name}' has already been loaded; set load_inplace to load it again"));
        }

        await loads.LoadAsync(spec, "load_lora_adapter", "lora_path", AdminCaller.Of(http), http.RequestAborted);
        return $"Success: LoRA adapter '{name}' added successfully.";
    }

    private async Task<string> UnloadAsync(HttpContext http)
    {
        string name = await JsonBody.ReadAsync(http, body => Required(JsonFields.OfBody(body), "lora_name"));
        await loads.UnloadAsync(name, "unload_lora_adapter", AdminCaller.Of(http), http.RequestAborted);
        return $"Success: LoRA adapter '{name}' removed successfully.";
    }

    private Task AnswerAsync(HttpContext http, Func<HttpContext, Task<string>> change) => answers.RunAsync(http, async () =>
    {
        BrowserGuard.Demand(http);
        await http.Response.WriteAsync(await change(http), http.RequestAborted);
    });

    private static string Required(JsonFields fields, string name) => fields.String(name) is { Length: > 0 } text ? text : throw JsonFields.Wrong(name, "is missing");
}
