using ExpertCluster.Fuzz.Running;
using Xunit.Runner.InProc.SystemConsole;

namespace ExpertCluster.Fuzz;

/// <summary>The tests, and what they start for each target: a process that may die of an input.</summary>
internal static class Program
{
    public const string Verb = "fuzz";

    private static Task<int> Main(string[] args) => args is [Verb, .. var rest] ? Task.FromResult(FuzzCommand.Run(rest)) : ConsoleRunner.Run(args);
}
