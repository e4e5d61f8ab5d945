using ExpertCluster.ExpertHost;
using ExpertCluster.ExpertHost.Runtime;
using ExpertCluster.ExpertHost.Telemetry;
using ExpertCluster.MortalHost;
using ExpertCluster.Node.Hosting;
using Grpc.AspNetCore.Server;

return NodeProgram.Run(() => ExpertHostApplication.Build(args, services =>
{
    services.Configure<GrpcServiceOptions>(grpc => grpc.Interceptors.Add<MortalInterceptor>());
    services.AddSingleton<StepObservers>();
    services.AddSingleton<IBaseObservers, MortalObservers>();
}));
