using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Runtime;

namespace Orleans.OneMachine.Hosting;

/// <summary>
/// Ends the process, since its grains have been given to others: stops the host in order, so that logs and resources are
/// taken care of, but within <see cref="Grace"/>. The exit code is that of a failed process (128 + SIGABRT, as the official
/// package's FailFast gives), whatever the program's own Main would have returned.
/// </summary>
internal sealed class FatalErrorHandler(IHostApplicationLifetime lifetime, ILogger<FatalErrorHandler> logger) : IFatalErrorHandler
{
    public const int ExitCode = 134;

    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    public bool IsUnexpected(Exception exception) => exception is not (OperationCanceledException or ObjectDisposedException);

    public void OnFatalException(object? sender = null, string? context = null, Exception? exception = null)
    {
        logger.LogCritical(exception, "This silo can not go on ({Context}): its process stops now, within {Grace}, with exit code {ExitCode}", context, Grace, ExitCode);
        Environment.ExitCode = ExitCode;
        // On a thread of its own: whoever found the error may be what the stop waits for.
        new Thread(End) { IsBackground = true, Name = "Fatal error" }.Start();
    }

    private void End()
    {
        using var ends = lifetime.ApplicationStopped.Register(static () => Environment.Exit(ExitCode));
        lifetime.StopApplication();
        lifetime.ApplicationStopped.WaitHandle.WaitOne(Grace);
        Environment.Exit(ExitCode);
    }
}
