using System.CommandLine;
using ExpertCluster.CommandLine;
using ExpertCluster.Load;

return await CommandProgram.RunAsync(LoadCommand.Create(), args, LoadCommand.Explain, new InvocationConfiguration());
