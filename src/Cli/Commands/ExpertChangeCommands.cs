using System.CommandLine;
using ExpertCluster.CommandLine;
using ExpertCluster.Files;
using ExpertCluster.V1;

namespace ExpertCluster.Cli.Commands;

/// <summary>`experts apply|remove|scale|pin|promote|rollback|reset NAME`: what shall be, for a running cluster.</summary>
internal static class ExpertChangeCommands
{
    private const int MostReplicas = 64;

    public static IEnumerable<Command> Create() => [Apply(), Remove(), Scale(), Pin(), Promote(), RollBack(), Reset()];

    private static Command Apply()
    {
        Option<string> itsBase = new("--base") { Description = "The base that it runs on; default: the catalogue's only one", DefaultValueFactory = _ => "" };
        Option<string> adapter = new("--adapter") { Description = "A URI, or a folder of the machine that prepares; default: the base alone", DefaultValueFactory = _ => "" };
        Option<string> description = new("--description") { Description = "What it is for", DefaultValueFactory = _ => "" };
        Option<FileInfo?> examples = new("--examples") { Description = "A file of this machine: a prompt a line (after a tab, an answer), which teach the gate" };
        var keywords = Texts("--keywords", "Words that teach the gate, where there are no examples");
        var (replicas, most) = (Replicas("--replicas", 0, "Hosts that keep it warm at any time"), Replicas("--max-replicas", 1, "Hosts that keep it warm at most"));
        var hosts = Texts("--hosts", "Names of hosts that keep it warm");
        var labels = Texts("--labels", "What a host must have to serve it, each key=value");
        Option<bool> pinned = new("--pinned") { Description = "Its adapter stays in the runtime" };
        Option<string?> canary = new("--canary") { Description = "Another adapter, which answers some of the requests" };
        Option<string?> shadow = new("--shadow") { Description = "Another adapter, which gets copies of requests" };
        var (canaryPercent, shadowPercent) = (Percent("--canary-percent", 0, "it answers"), Percent("--shadow-percent", 1, "it gets a copy of"));
        Command command = new("apply", "Adds an expert, or changes one that was added so.")
        {
            itsBase, adapter, description, examples, keywords, replicas, most, hosts, labels, pinned, canary, canaryPercent, shadow, shadowPercent,
        };
        return new ChangeOptionSet("expert").Change(command, (parsed, admin, name, options, call) =>
        {
            var spec = new ExpertSpec
            {
                Name = name,
                Base = parsed.GetRequiredValue(itsBase),
                Adapter = parsed.GetRequiredValue(adapter),
                Description = parsed.GetRequiredValue(description),
                Examples = { Lines(parsed.GetValue(examples)) },
                Keywords = { parsed.GetRequiredValue(keywords) },
                Hosts = { parsed.GetRequiredValue(hosts) },
                Labels = { parsed.GetRequiredValue(labels) },
                Pinned = parsed.GetValue(pinned),
                Canary = Version(parsed.GetValue(canary), parsed.GetValue(canaryPercent)),
                Shadow = Version(parsed.GetValue(shadow), parsed.GetValue(shadowPercent)),
            };
            if (parsed.GetValue(replicas) is { } least)
            {
                spec.Replicas = least;
            }

            if (parsed.GetValue(most) is { } maximum)
            {
                spec.MaxReplicas = maximum;
            }

            return admin.ApplyExpertAsync(new ApplyExpertRequest { Expert = spec, Options = options }, call);
        });
    }

    private static Command Remove() => new ChangeOptionSet("expert").Change(
        new("remove", "Removes an expert that was added by `apply`."),
        (_, admin, name, options, call) => admin.RemoveExpertAsync(new RemoveExpertRequest { Name = name, Options = options }, call));

    private static Command Scale()
    {
        var (replicas, most) = (Replicas("--replicas", 0, "Hosts that keep it warm at any time"), Replicas("--max-replicas", 1, "Hosts that keep it warm at most"));
        return new ChangeOptionSet("expert").Change(new("scale", "Says how many hosts keep an expert warm.") { replicas, most }, (parsed, admin, name, options, call) =>
        {
            var request = new ScaleExpertRequest { Name = name, Options = options };
            if (parsed.GetValue(replicas) is { } least)
            {
                request.Replicas = least;
            }

            if (parsed.GetValue(most) is { } maximum)
            {
                request.MaxReplicas = maximum;
            }

            return admin.ScaleExpertAsync(request, call);
        });
    }

    private static Command Pin()
    {
        Option<bool?> pinned = new("--pinned") { Description = "Whether its adapter stays in the runtime" };
        Option<string[]?> hosts = new("--hosts") { Description = "Names of hosts that keep it warm; \"\" for none", AllowMultipleArgumentsPerToken = true };
        return new ChangeOptionSet("expert").Change(new("pin", "Says whether and where an expert stays in memory.") { pinned, hosts }, (parsed, admin, name, options, call) =>
        {
            var request = new PinExpertRequest { Name = name, Options = options };
            if (parsed.GetValue(pinned) is { } stays)
            {
                request.Pinned = stays;
            }

            if (parsed.GetResult(hosts) is not null && parsed.GetValue(hosts) is { } names)
            {
                request.Hosts = new HostNames { Names = { names.Where(n => n.Length > 0) } };
            }

            return admin.PinExpertAsync(request, call);
        });
    }

    private static Command Promote() => new ChangeOptionSet("expert").Change(
        new("promote", "Puts an expert's canary in the place of its stable version."),
        (_, admin, name, options, call) => admin.PromoteExpertAsync(new PromoteExpertRequest { Name = name, Options = options }, call));

    private static Command RollBack() => new ChangeOptionSet("expert").Change(
        new("rollback", "Takes an expert's canary out, or back where it was promoted."),
        (_, admin, name, options, call) => admin.RollBackExpertAsync(new RollBackExpertRequest { Name = name, Options = options }, call));

    private static Command Reset() => new ChangeOptionSet("expert").Change(
        new("reset", "Takes back what `scale` and `pin` said of an expert."),
        (_, admin, name, options, call) => admin.ResetExpertAsync(new ResetExpertRequest { Name = name, Options = options }, call));

    private static VersionSpec? Version(string? adapter, int? percent)
    {
        if (adapter is null)
        {
            return null;
        }

        var version = new VersionSpec { Adapter = adapter };
        if (percent is { } share)
        {
            version.Percent = share;
        }

        return version;
    }

    private static Option<int?> Percent(string name, int least, string what)
    {
        Option<int?> option = new(name) { Description = $"Of the expert's requests, that {what}, {least} to 100" };
        NumberOption.Range(option, least, 100);
        return option;
    }

    private static Option<int?> Replicas(string name, int least, string description)
    {
        Option<int?> option = new(name) { Description = $"{description}, {least} to {MostReplicas}" };
        NumberOption.Range(option, least, MostReplicas);
        return option;
    }

    private static Option<string[]> Texts(string name, string description) =>
        new(name) { Description = description, AllowMultipleArgumentsPerToken = true, DefaultValueFactory = _ => [] };

    private static IEnumerable<string> Lines(FileInfo? file) => file is null ? []
        : Path.Exists(file.FullName) ? RegularFile.ReadLines(file.FullName).Where(line => !string.IsNullOrWhiteSpace(line))
        : throw new ClusterCallException($"--examples: there is no file {file.FullName}");
}
