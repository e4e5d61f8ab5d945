using Microsoft.Extensions.DependencyInjection;
using Orleans.OneMachine.Hosting;
using Orleans.Runtime;

namespace Orleans.Hosting;

/// <summary>Work for the moment when the silo has become active. Stages are accepted, and order the tasks.</summary>
public static class SiloBuilderStartupExtensions
{
    public static ISiloBuilder AddStartupTask<TStartup>(this ISiloBuilder builder, int stage = 20000)
        where TStartup : class, IStartupTask =>
        builder.AddStartupTask(static (provider, token) => ActivatorUtilities.GetServiceOrCreateInstance<TStartup>(provider).Execute(token), stage);

    public static ISiloBuilder AddStartupTask(this ISiloBuilder builder, IStartupTask startupTask, int stage = 20000) =>
        builder.AddStartupTask((_, token) => startupTask.Execute(token), stage);

    public static ISiloBuilder AddStartupTask(this ISiloBuilder builder, Func<IServiceProvider, CancellationToken, Task> startupTask, int stage = 20000) =>
        builder.ConfigureServices(services => services.AddSingleton(new StartupStep(stage, startupTask)));
}
