using System.CommandLine;
using ExpertCluster.Cli;
using ExpertCluster.Cli.Commands;

RootCommand root = new("Runs and looks after an ExpertCluster on this machine.")
{
    DemoCommand.Create(),
    UpCommand.Create(),
    ImportCommand.Create(),
    PrepareCommand.Create(),
    EvalCommand.Create(),
};

// Termination is ours to time: children drain before this process ends.
InvocationConfiguration invocation = new() { ProcessTerminationTimeout = null, EnableDefaultExceptionHandler = false };
try
{
    var parsed = root.Parse(args);
    int code = await parsed.InvokeAsync(invocation);
    return parsed.Errors.Count > 0 ? UserErrors.ExitCode : code;
}
catch (Exception error) when (UserErrors.Explain(error) is { } explanation)
{
    Console.Error.WriteLine(explanation);
    return UserErrors.ExitCode;
}
