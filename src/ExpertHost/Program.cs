using ExpertCluster.ExpertHost;
using ExpertCluster.Node.Hosting;

return NodeProgram.Run(() => ExpertHostApplication.Build(args));
