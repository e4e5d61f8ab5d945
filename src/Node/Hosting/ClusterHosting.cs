using ExpertCluster.Node.Deadlines;
using ExpertCluster.Node.Membership;
using ExpertCluster.Node.Options;
using ExpertCluster.Node.Security;
using ExpertCluster.Node.Settings;
using ExpertCluster.Node.Transport;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Runtime;
using Prometheus;

namespace ExpertCluster.Node.Hosting;

/// <summary>What Router and ExpertHost set up alike: options, ports, the silo.</summary>
public static class ClusterHosting
{
    private static readonly TimeSpan GrainPatience = TimeSpan.FromSeconds(5);

    /// <summary>Sections that one of the two programs reads and the other one finds in files that they share.</summary>
    private static readonly string[] RoleSections = [$"{NodeOptions.Section}:Router", $"{NodeOptions.Section}:Policies", $"{NodeOptions.Section}:Runtime", $"{NodeOptions.Section}:Placement"];

    /// <summary>Reads and checks the settings; adds them, Kestrel's two ports and the silo.</summary>
    /// <param name="builder">Of the process.</param>
    /// <param name="role">Which of the two programs it is.</param>
    /// <param name="addOwn">Names the settings of that program alone.</param>
    /// <exception cref="OptionsValidationException">Settings are wrong or unknown; the failures name all that are.</exception>
    public static BoundSettings AddClusterNode(this WebApplicationBuilder builder, NodeRole role, Action<SettingsReader>? addOwn = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var settings = ReadSettings(builder, role, addOwn);
        var options = settings.Get<NodeOptions>();
        NodeLogging.Configure(builder, options.LogFormat);

        // Every meter and event counter of .NET would come out too, and two dozen series about the library itself.
        Metrics.SuppressDefaultMetrics(new SuppressDefaultMetricOptions { SuppressMeters = true, SuppressEventCounters = true, SuppressDebugMetrics = true });
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddHostedService<EarlyStop.Handover>();
        builder.Services.AddSingleton<StallGuard>();
        builder.Services.Configure<HostOptions>(host =>
        {
            host.ShutdownTimeout = TimeSpan.FromSeconds(options.DrainSeconds + 15);

            // The ports answer probes while the silo waits for its store.
            host.ServicesStartConcurrently = true;
        });
        var certificates = AddTransport(builder, settings, role);
        if (options.StopWithInput)
        {
            builder.Services.AddHostedService<InputWatch>();
        }

        builder.Host.UseOrleans(silo =>
        {
            ConfigureSilo(silo, options, role);
            if (certificates is { Options: { Serves: true, AuthorityFile.Length: > 0 } })
            {
                SiloTls.Use(silo, certificates);
            }
        });
        return settings;
    }

    /// <summary>Opens two more ports beside those that every process has.</summary>
    /// <param name="builder">Of the process.</param>
    /// <param name="settings">Of the process.</param>
    /// <param name="http">HTTP/1.1; 0: none.</param>
    /// <param name="grpc">HTTP/2; 0: none.</param>
    public static void AddPorts(this WebApplicationBuilder builder, BoundSettings settings, int http, int grpc)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(settings);
        builder.WebHost.ConfigureKestrel(kestrel => ServerTransport.Add(
            kestrel,
            http,
            grpc,
            settings.Get<NodeOptions>(),
            settings.Get<TransportOptions>(),
            kestrel.ApplicationServices.GetService<CertificateSource>(),
            TimeProvider.System));
    }

    /// <summary>Bounds what a stop may take behind the hosted services that are added later.</summary>
    public static IServiceCollection AddStopLimit(this IServiceCollection services) => services.AddHostedService<StopLimit>();

    /// <summary>What stands in front of every endpoint of both programs; call it before any is mapped.</summary>
    public static void UseClusterNode(this WebApplication app)
    {
        ArgumentNullException.ThrowIfNull(app);
        CallerCertificates.Use(app);
        app.Use(app.Services.GetRequiredService<DeadlineCap>().RunAsync);
        app.Use(UnreadableRequests.RunAsync);
    }

    private static BoundSettings ReadSettings(WebApplicationBuilder builder, NodeRole role, Action<SettingsReader>? addOwn)
    {
        var reader = new SettingsReader()
            .Add(new NodeOptionsValidator(), new NodeOptionsRules())
            .Add(new TransportOptionsValidator())
            .Add(new TlsOptionsValidator(), new TlsOptionsRules(role));
        addOwn?.Invoke(reader);
        return reader.Read(builder.Configuration, builder.Services, RoleSections);
    }

    /// <returns>The certificates, where there are any.</returns>
    private static CertificateSource? AddTransport(WebApplicationBuilder builder, BoundSettings settings, NodeRole role)
    {
        var transport = settings.Get<TransportOptions>();
        var tls = settings.Get<TlsOptions>();
        var certificates = tls.Enabled ? new CertificateSource(tls, role, TimeProvider.System) : null;
        if (certificates is not null)
        {
            builder.Services.AddSingleton(certificates);
            builder.Services.AddHostedService<CertificateReload>();
        }

        builder.Services.AddSingleton<DeadlineCap>();
        builder.Services.AddSingleton<DefaultDeadlines>();
        builder.Services.AddSingleton<CallEnds>();
        builder.Services.AddSingleton(new PeerTransport(transport, certificates));
        builder.WebHost.ConfigureKestrel(kestrel => ServerTransport.Configure(kestrel, settings.Get<NodeOptions>(), transport, certificates, TimeProvider.System));
        return certificates;
    }

    private static void ConfigureSilo(ISiloBuilder silo, NodeOptions options, NodeRole role)
    {
        SiloClustering.Use(silo, options);
        silo.Configure<SiloOptions>(o => o.SiloName = HostMembers.SiloNameOf(role, options.Name));

        // Shorter than any caller's patience: who asks a silo that hangs asks again, and finds another.
        silo.Configure<SiloMessagingOptions>(o => (o.ResponseTimeout, o.SystemResponseTimeout) = (GrainPatience, GrainPatience));

        // Expert grains only take themselves off a list; the default is half a minute.
        silo.Configure<GrainCollectionOptions>(o => o.DeactivationTimeout = TimeSpan.FromSeconds(3));
        silo.Services.Replace(ServiceDescriptor.Singleton<IFatalErrorHandler, LostSilo>());
        silo.AddStartupTask((services, _) =>
        {
            services.GetRequiredService<ClusterJoin>().Join();
            return Task.CompletedTask;
        });
    }
}
