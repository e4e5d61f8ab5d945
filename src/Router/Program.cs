using ExpertCluster.Cluster.Hosting;
using ExpertCluster.Router;

return NodeProgram.Run(() => RouterApplication.Build(args));
