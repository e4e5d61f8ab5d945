using ExpertCluster.Cluster.Catalogue;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Orleans.Runtime;

namespace ExpertCluster.Cluster.Hosting;

/// <summary>Router and host as programs: they run until they are told to stop, or say in one line why they can't.</summary>
public static class NodeProgram
{
    private const int BadSettings = 2;

    /// <returns>
    /// The exit code: 0 after an orderly stop; 2 where settings, the prepared folder or what it is to run on can't be used, and
    /// standard error has the reason, one line, no stack.
    /// </returns>
    public static int Run(Func<WebApplication> build)
    {
        ArgumentNullException.ThrowIfNull(build);
        try
        {
            using var app = build();

            // Makes them now: a service that refuses its settings when the host makes it is logged by the host, with its stack.
            _ = app.Services.GetRequiredService<IEnumerable<IHostedService>>();
            var failure = app.Services.GetService<StartFailure>();
            try
            {
                app.Run();
            }
            catch (OperationCanceledException) when (failure?.Reason is not null)
            {
                // Stopped while it still started.
            }

            if (failure?.Reason is { } reason)
            {
                Console.Error.WriteLine(reason);
                return BadSettings;
            }

            return 0;
        }
        catch (Exception error) when (error is OptionsValidationException or CatalogueException or OrleansConfigurationException)
        {
            Console.Error.WriteLine(error.Message);
            return BadSettings;
        }
    }
}
