using Microsoft.Extensions.Logging;
using Orleans.Runtime;

namespace Orleans.OneMachine.Hosting;

/// <summary>
/// Ends the process: its grains have been given to others, so whatever it still did would be wrong. On a thread of its own,
/// since the exit waits for handlers that may wait for the caller.
/// </summary>
internal sealed class FatalErrorHandler(ILogger<FatalErrorHandler> logger) : IFatalErrorHandler
{
    private const int ExitCode = 134;

    public bool IsUnexpected(Exception exception) => exception is not (OperationCanceledException or ObjectDisposedException);

    public void OnFatalException(object? sender = null, string? context = null, Exception? exception = null)
    {
        logger.LogCritical(exception, "Fatal error in {Context}: this process ends", context);
        new Thread(static () => Environment.Exit(ExitCode)) { IsBackground = true, Name = "Fatal error" }.Start();
    }
}
