using ExpertCluster.Node.Hosting;
using ExpertCluster.Router;

return NodeProgram.Run(() => RouterApplication.Build(args));
