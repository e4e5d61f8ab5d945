using ExpertCluster.Node.Options;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.Memory;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace ExpertCluster.Node.Hosting;

/// <summary>
/// What a process logs, and how: one line an event with its time, as text or as JSON. Nothing a request, and nothing of how
/// libraries see themselves, unless Logging:LogLevel asks for it.
/// </summary>
internal static class NodeLogging
{
    private const string Timestamp = "yyyy-MM-ddTHH:mm:ss.fffZ ";

    private static readonly Dictionary<string, string?> DefaultLevels = new()
    {
        ["Logging:LogLevel:Default"] = nameof(LogLevel.Warning),
        ["Logging:LogLevel:ExpertCluster"] = nameof(LogLevel.Information),

        // Orleans tells each probe and each retry of each side as a warning or an error with its stack. What people can act
        // upon of it, our own events say; the metrics and health checks say the rest.
        ["Logging:LogLevel:Orleans"] = nameof(LogLevel.None),
        ["Logging:LogLevel:Microsoft.Orleans"] = nameof(LogLevel.None),
        ["Logging:LogLevel:Polly"] = nameof(LogLevel.None),

        // Each request that is broken, with its stack: a peer that sends such could fill the log. Metrics count them.
        ["Logging:LogLevel:Grpc.AspNetCore.Server"] = nameof(LogLevel.None),

        // Readiness itself tells it, to who asks.
        ["Logging:LogLevel:Microsoft.Extensions.Diagnostics.HealthChecks"] = nameof(LogLevel.None),

        // Told by NodeProgram, in one line.
        ["Logging:LogLevel:Microsoft.Extensions.Hosting.Internal.Host"] = nameof(LogLevel.None),
    };

    public static void Configure(WebApplicationBuilder builder, string format)
    {
        // First of all sources, so that every other one overrules it.
        builder.Configuration.Sources.Insert(0, new MemoryConfigurationSource { InitialData = DefaultLevels });
        builder.Logging.ClearProviders();
        if (format == LogFormats.Json)
        {
            builder.Logging.AddJsonConsole(console => (console.TimestampFormat, console.UseUtcTimestamp) = (Timestamp.TrimEnd(), true));
        }
        else
        {
            builder.Logging.AddSimpleConsole(console =>
                (console.SingleLine, console.TimestampFormat, console.UseUtcTimestamp, console.ColorBehavior) = (true, Timestamp, true, LoggerColorBehavior.Disabled));
        }

        // May cost lines, never requests. In a program, PatientConsole is behind it, which holds at a stop, too.
        builder.Services.Configure<ConsoleLoggerOptions>(console => console.QueueFullMode = ConsoleLoggerQueueFullMode.DropWrite);
    }
}
