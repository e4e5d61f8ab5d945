using ExpertCluster.Node.Hosting;
using ExpertCluster.Samples.OwnRouter;

return NodeProgram.Run(() => OwnRouterApplication.Build(args));
