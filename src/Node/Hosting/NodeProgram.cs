using ExpertCluster.Node.Exit;
using ExpertCluster.Node.Logs;
using ExpertCluster.Node.Membership;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ExpertCluster.Node.Hosting;

/// <summary>Router and host as programs: they run until they are told to stop, or say in one line why they can't.</summary>
public static class NodeProgram
{
    /// <returns>
    /// The exit code, of <see cref="NodeExitCodes"/>. Where settings, the prepared folder, a port or what it is to run on can't be
    /// used, standard error has the reasons, one a line, no stack.
    /// </returns>
    public static int Run(Func<WebApplication> build)
    {
        ArgumentNullException.ThrowIfNull(build);
        using var early = new EarlyStop();
        PatientConsole.TakeAll();
        int code = RunToEnd(build);

        // A base may be loading still, which nobody waits for.
        ProcessEnd.AtOnce(code);
        return code;
    }

    private static int RunToEnd(Func<WebApplication> build)
    {
        WebApplication app;
        try
        {
            app = build();

            // Makes them now: a service that refuses its settings does so before anything has started.
            _ = app.Services.GetRequiredService<IEnumerable<IHostedService>>();
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            string? reason = NodeFault.ReasonOfStart(error);
            Console.Error.WriteLine(reason ?? error.ToString());
            return reason is null ? NodeExitCodes.Failed : NodeExitCodes.Refused;
        }

        using (app)
        {
            return Run(app);
        }
    }

    private static int Run(WebApplication app)
    {
        Exception? fault;
        try
        {
            // Not Run, which disposes of the log before its last line.
            app.Start();
            app.WaitForShutdown();
            fault = NodeFault.Of(app.Services.GetServices<IHostedService>());
        }
        catch (OperationCanceledException) when (IsStoppedEarly(app))
        {
            return NodeExitCodes.Stopped;
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            fault = error;
        }

        if (fault is null)
        {
            return NodeExitCodes.Stopped;
        }

        if ((IsJoined(app) ? NodeFault.ReasonOf(fault) : NodeFault.ReasonOfStart(fault)) is { } reason)
        {
            // Not by returning: what has started already, a silo among it, would be disposed of while it runs, and may not end.
            app.Services.GetRequiredService<INodeExit>().End(NodeExitCodes.Refused, reason);
        }

        app.Services.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(NodeProgram).FullName!).LogCritical(fault, "The node failed");
        return NodeExitCodes.Failed;
    }

    /// <summary>Told to stop while it started.</summary>
    private static bool IsStoppedEarly(WebApplication app) =>
        app.Lifetime.ApplicationStopping.IsCancellationRequested && !IsJoined(app);

    private static bool IsJoined(WebApplication app) => app.Services.GetRequiredService<ClusterJoin>().IsJoined;
}
