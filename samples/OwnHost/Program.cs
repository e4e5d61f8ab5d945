using ExpertCluster.Node.Hosting;
using ExpertCluster.Samples.OwnHost;

return NodeProgram.Run(() => OwnHostApplication.Build(args));
