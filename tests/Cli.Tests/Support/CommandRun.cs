using System.CommandLine;
using ExpertCluster.Cli.Commands;
using ExpertCluster.CommandLine;

namespace ExpertCluster.Cli.Tests.Support;

/// <summary>A command of the program, run in this process.</summary>
internal sealed class CommandRun
{
    private readonly CancellationTokenSource _stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);

    public CommandRun(IClusters clusters, params string[] arguments) => Code = CommandProgram.RunAsync(
        CliCommands.Create(clusters),
        arguments,
        UserErrors.Explain,
        new InvocationConfiguration { Output = Output, Error = Errors, ProcessTerminationTimeout = null },
        _stop.Token);

    public Transcript Output { get; } = new();

    public Transcript Errors { get; } = new();

    public Task<int> Code { get; }

    /// <summary>As a signal does.</summary>
    public Task StopAsync() => _stop.CancelAsync();

    /// <summary>The one line that a refusal says, with exit code 2, and nothing beside it.</summary>
    public async Task<string> RefusalAsync()
    {
        int code = await Code;
        Assert.Equal((2, ""), (code, Output.ToString()));
        return Assert.Single(Errors.Lines);
    }
}
