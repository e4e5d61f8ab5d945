using ExpertCluster.Contracts;
using ExpertCluster.Node.Telemetry;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Orleans.Runtime;

namespace ExpertCluster.Node.Hosting;

/// <summary>Tells failures that an operator can mend from those of ours.</summary>
internal static class NodeFault
{
    /// <summary>What ended a background service, and with it the process: the host itself calls that an orderly stop.</summary>
    public static Exception? Of(IEnumerable<IHostedService> services) => services.OfType<BackgroundService>()
        .Select(service => service.ExecuteTask?.Exception?.GetBaseException()).FirstOrDefault(fault => fault is not null);

    /// <summary>The sentence for a failure that the operator can mend, or one a line for several settings; null for any other.</summary>
    public static string? ReasonOf(Exception error) => error switch
    {
        OptionsValidationException settings => string.Join(Environment.NewLine, settings.Failures),
        SetupException or OrleansConfigurationException => error.Message,
        AggregateException { InnerExceptions: [var inner] } => ReasonOf(inner),
        IOException { InnerException: AddressInUseException } => error.Message,
        AddressInUseException => error.Message,
        _ => null,
    };

    /// <summary>The same of one that has not joined the cluster yet: what fails there with files and folders is the operator's, too.</summary>
    public static string? ReasonOfStart(Exception error) => ReasonOf(error) ?? error switch
    {
        IOException or UnauthorizedAccessException => OneLine.Of(error),
        AggregateException { InnerExceptions: [var inner] } => ReasonOfStart(inner),
        _ => null,
    };
}
