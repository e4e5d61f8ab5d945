using System.CommandLine;
using ExpertCluster.Cli;
using ExpertCluster.Cli.Commands;
using ExpertCluster.CommandLine;
using ExpertCluster.Node.Logs;

// The cluster outlives whoever reads how it goes.
PatientConsole.TakeErrors();

// Termination is ours to time: children drain before this process ends.
return await CommandProgram.RunAsync(
    CliCommands.Create(new LocalClusters()), args, UserErrors.Explain, new InvocationConfiguration { ProcessTerminationTimeout = null });
