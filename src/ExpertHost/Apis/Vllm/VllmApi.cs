using ExpertCluster.Node.Hosting;
using ExpertCluster.V1.Vllm;
using Grpc.AspNetCore.HealthChecks;

namespace ExpertCluster.ExpertHost.Apis.Vllm;

/// <summary>Puts vLLM's protocol on a host's gRPC port, with reflection and a name in its health, as vLLM's own servers have them.</summary>
internal static class VllmApi
{
    public static void AddVllm(this IServiceCollection services)
    {
        services.AddSingleton<RunningRequests>();
        services.AddSingleton<EngineModels>();
        services.AddSingleton<EngineEncoders>();
        services.AddGrpcReflection();
        services.Configure<GrpcHealthChecksOptions>(health => health.Services.Map(VllmEngine.Descriptor.FullName, check => check.Tags.Contains(NodeHealth.Readiness)));
    }

    public static void MapVllm(this WebApplication app)
    {
        // Made now, so that it knows since when the host is up.
        app.Services.GetRequiredService<RunningRequests>();
        app.MapGrpcService<VllmEngineService>();
        app.MapGrpcReflectionService();
    }
}
