using System.CommandLine;
using ExpertCluster.Catalogue;
using ExpertCluster.Catalogue.Preparation;
using ExpertCluster.Cli.Running;
using ExpertCluster.CommandLine;
using Prometheus;

namespace ExpertCluster.Cli.Commands;

/// <summary>`keep --config FILE OUT_DIR`: `prepare`, and again whenever the catalogue file changes or the admin API of a running cluster wants something else.</summary>
internal static class KeepCommand
{
    public static Command Create()
    {
        Option<string> config = new("--config") { Description = "The catalogue, experts.yaml", Required = true };
        Option<string[]> adapters = new("--adapters")
        {
            Description = "Folders below which the admin API may name adapters; default: the catalogue's own",
            AllowMultipleArgumentsPerToken = true,
            DefaultValueFactory = _ => [],
        };
        Option<string?> listen = new("--listen") { Description = "Give the folder to routers and hosts at this address, as in http://0.0.0.0:8090, and metrics at /metrics" };
        listen.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string?>() is { } text && !(Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri is { Scheme: "http", PathAndQuery: "/" }))
            {
                result.AddError($"{listen.Name} is '{text}'; it must be an address like http://0.0.0.0:8090");
            }
        });
        Option<int> forget = new("--forget-after")
        {
            Description = "Hours after which folders are deleted that no catalogue names any more, and what nobody uses of the cache, 1 to 8760; 0: never",
            DefaultValueFactory = _ => (int)CatalogueKeeper.UsualForgetAfter.TotalHours,
        };
        NumberOption.Range(forget, 0, 8760);
        PublishOption publish = new();
        Argument<string> output = new("OUT_DIR") { Description = "The folder that routers and hosts are given" };
        Command command = new("keep", "Prepares a catalogue, and keeps it as its file and the admin API want it, until SIGTERM or Ctrl-C.") { config, adapters, listen, publish.Option, forget, output };
        new AddressOptions().Call(command, async (parsed, router, stop) =>
        {
            string file = parsed.GetRequiredValue(config);
            string folder = Directory.CreateDirectory(Path.GetFullPath(parsed.GetRequiredValue(output))).FullName;
            var errors = parsed.InvocationConfiguration.Error;
            using var publisher = publish.Of(parsed, Progress.To(errors));
            var metrics = new KeeperMetrics(Metrics.DefaultFactory, TimeProvider.System);
            var keeper = new CountedKeeper(new CatalogueKeeper(
                file,
                new CataloguePreparer(CacheFolder.Root, folder, Progress.To(errors)),
                CatalogueKeeper.Folders(file, parsed.GetRequiredValue(adapters)),
                parsed.GetValue(forget) is > 0 and var hours ? TimeSpan.FromHours(hours) : null,
                TimeProvider.System), metrics);
            var following = new CatalogueFollowing(file, keeper, errors);
            await Task.Run(() => keeper.Prepare(keeper.Last(), isFileNew: true, stop), stop).WaitAsync(stop);
            await using var server = parsed.GetValue(listen) is { } address ? await CatalogueServer.StartAsync(folder, address, stop) : null;
            await parsed.InvocationConfiguration.Output.WriteLineAsync(server is null ? $"prepared {folder}" : $"prepared {folder}, at {server.Address}/");
            await following.DuringAsync(
                router.Calls,
                async () =>
                {
                    await (publisher is null
                        ? Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stop)
                        : new CataloguePublishing(folder, end => metrics.PublishAsync(() => publisher.PublishAsync(folder, end)), UserErrors.Explain, errors, TimeProvider.System).RunAsync(stop))
                        .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                    return 0;
                },
                stop);
        });
        return command;
    }
}
