using ExpertCluster.Cluster.Hosting;
using ExpertCluster.ExpertHost;

return NodeProgram.Run(() => ExpertHostApplication.Build(args));
