using System.Reflection;
using ExpertCluster.Node.Hosting;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;

namespace ExpertCluster.Router.Apis.Vllm;

/// <summary>What vLLM's server says of itself: /health and /ping, 200 where a model can answer, and /version.</summary>
internal sealed class ServerApi : IApi
{
    public static readonly string Version =
        typeof(ServerApi).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0";

    public string Name => "vllm-server";

    public void Map(IEndpointRouteBuilder endpoints)
    {
        var ready = new HealthCheckOptions { Predicate = check => check.Tags.Contains(NodeHealth.Readiness), ResponseWriter = (_, _) => Task.CompletedTask };
        endpoints.MapHealthChecks("/health", ready);
        endpoints.MapHealthChecks("/ping", ready);
        endpoints.MapMethods("/version", [HttpMethods.Get, HttpMethods.Head], () => new { version = Version });
    }
}
