using System.Globalization;
using ExpertCluster.Cli.Running;
using ExpertCluster.TestSupport;

namespace ExpertCluster.Cli.Tests.Running;

/// <summary>Signals are the whole process's: no command may run beside.</summary>
[Collection(nameof(SignalsTests))]
public sealed class SignalsTests
{
    [Theory(Timeout = 60_000)]
    [InlineData("HUP")]
    [InlineData("TERM")]
    public async Task Token_Signal_IsCancelledAndTheProcessLives(string signal)
    {
        using var signals = new Signals();
        TaskCompletionSource cancelled = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = signals.Token.Register(cancelled.SetResult);
        Assert.False(signals.Token.IsCancellationRequested);

        await Tool.RunAsync("kill", ["-s", signal, Environment.ProcessId.ToString(CultureInfo.InvariantCulture)], cancellationToken: TestContext.Current.CancellationToken);

        await cancelled.Task.WaitAsync(TestContext.Current.CancellationToken);
    }

    [CollectionDefinition(nameof(SignalsTests), DisableParallelization = true)]
    public sealed class Alone;
}
