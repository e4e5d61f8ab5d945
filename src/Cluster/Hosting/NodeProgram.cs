using System.Runtime.InteropServices;
using ExpertCluster.Cluster.Catalogue;
using ExpertCluster.Cluster.Membership;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Runtime;

namespace ExpertCluster.Cluster.Hosting;

/// <summary>Router and host as programs: they run until they are told to stop, or say in one line why they can't.</summary>
public static class NodeProgram
{
    private const int Failed = 1;

    /// <returns>
    /// The exit code: 0 after an orderly stop; 2 where settings, the prepared folder or a port can't be used, and standard error
    /// has the reason, one line, no stack; 1 after a failure that nobody foresaw, with its stack in the log.
    /// </returns>
    public static int Run(Func<WebApplication> build)
    {
        ArgumentNullException.ThrowIfNull(build);

        // While the process puts itself together there is nothing to finish.
        using var early = PosixSignalRegistration.Create(PosixSignal.SIGTERM, _ => Environment.Exit(NodeExit.Stopped));
        WebApplication app;
        try
        {
            app = build();

            // Makes them now: a service that refuses its settings does so before anything has started.
            _ = app.Services.GetRequiredService<IEnumerable<IHostedService>>();
        }
        catch (Exception error) when (ReasonOf(error) is { } reason)
        {
            Console.Error.WriteLine(reason);
            return NodeExit.Refused;
        }

        early.Dispose();
        using (app)
        {
            return Run(app);
        }
    }

    private static int Run(WebApplication app)
    {
        var log = app.Services.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(NodeProgram).FullName!);
        try
        {
            // Not Run, which disposes of the log before its last line.
            app.Start();
            app.WaitForShutdown();
        }
        catch (Exception error) when (ReasonOf(error) is { } reason)
        {
            Console.Error.WriteLine(reason);
            return NodeExit.Refused;
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            if (app.Lifetime.ApplicationStopping.IsCancellationRequested && !app.Services.GetRequiredService<ClusterJoin>().IsJoined)
            {
                // Told to stop while it started.
                return NodeExit.Stopped;
            }

            log.LogCritical(error, "The node failed");
            return Failed;
        }

        return FaultOf(app) is { } fault ? Tell(log, fault) : NodeExit.Stopped;
    }

    /// <summary>What ended a background service, and with it the process; the host itself calls that an orderly stop.</summary>
    private static Exception? FaultOf(WebApplication app) => app.Services.GetServices<IHostedService>().OfType<BackgroundService>()
        .Select(service => service.ExecuteTask?.Exception?.GetBaseException()).FirstOrDefault(fault => fault is not null);

    private static int Tell(ILogger log, Exception fault)
    {
        if (ReasonOf(fault) is { } reason)
        {
            Console.Error.WriteLine(reason);
            return NodeExit.Refused;
        }

        log.LogCritical(fault, "The node failed");
        return Failed;
    }

    /// <summary>The sentence for a failure that the operator can mend; null for any other.</summary>
    private static string? ReasonOf(Exception error) => error switch
    {
        OptionsValidationException or CatalogueException or OrleansConfigurationException => error.Message,
        AggregateException { InnerExceptions: [var inner] } => ReasonOf(inner),
        IOException { InnerException: AddressInUseException } => error.Message,
        AddressInUseException => error.Message,
        _ => null,
    };
}
