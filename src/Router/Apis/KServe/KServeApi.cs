using ExpertCluster.Node.Hosting;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;

namespace ExpertCluster.Router.Apis.KServe;

/// <summary>KServe's open inference protocol, version 2, over gRPC and below /v2.</summary>
internal sealed class KServeApi(InferEndpoints calls) : IApi
{
    private static readonly string[] Reading = [HttpMethods.Get, HttpMethods.Head];
    private static readonly string[] Operators = [nameof(InferenceService.RepositoryModelLoad), nameof(InferenceService.RepositoryModelUnload)];

    public string Name => "kserve";

    public void Map(IEndpointRouteBuilder endpoints)
    {
        // One service has calls of clients and of operators.
        endpoints.MapGrpcService<InferenceService>().Add(endpoint =>
        {
            if (Operators.Any(call => endpoint.DisplayName?.Contains($"/{call}", StringComparison.Ordinal) is true))
            {
                endpoint.Metadata.Add(new ApiFace(IsAdmin: true));
            }
        });
        endpoints.MapMethods("/v2", Reading, InferEndpoints.ServerAsync);
        endpoints.MapMethods("/v2/health/live", Reading, () => Results.Ok());
        endpoints.MapHealthChecks("/v2/health/ready", new HealthCheckOptions { Predicate = check => check.Tags.Contains(NodeHealth.Readiness), ResponseWriter = (_, _) => Task.CompletedTask });
        endpoints.MapPost("/v2/repository/index", calls.IndexAsync);
        foreach (string model in (string[])["/v2/models/{model}", "/v2/models/{model}/versions/{version}"])
        {
            endpoints.MapMethods(model, Reading, (HttpContext http, string model, string? version) => calls.ModelAsync(http, model, version));
            endpoints.MapMethods($"{model}/ready", Reading, (HttpContext http, string model, string? version) => calls.ModelReadyAsync(http, model, version));
            endpoints.MapPost($"{model}/infer", (HttpContext http, string model, string? version) => calls.InferAsync(http, model, version));
            endpoints.MapPost($"{model}/generate", (HttpContext http, string model, string? version) => calls.GenerateAsync(http, model, version));
            endpoints.MapPost($"{model}/generate_stream", (HttpContext http, string model, string? version) => calls.GenerateStreamAsync(http, model, version));
        }
    }
}

/// <summary>Triton's calls that load and unload models over HTTP: a part of the admin API, as those over gRPC are.</summary>
internal sealed class KServeRepositoryApi(InferEndpoints calls) : IApi
{
    public string Name => "kserve-repository";

    public bool IsAdmin => true;

    public void Map(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapPost("/v2/repository/models/{model}/load", (HttpContext http, string model) => calls.LoadAsync(http, model));
        endpoints.MapPost("/v2/repository/models/{model}/unload", (HttpContext http, string model) => calls.UnloadAsync(http, model));
    }
}
