using ExpertCluster.Node.Settings;

namespace ExpertCluster.Router.Options;

/// <summary>
/// Which policies a router uses, by their names: configuration section "ExpertCluster:Policies". Checked by
/// <see cref="PolicyOptionsValidator"/>; names, by whoever looks a policy up.
/// </summary>
[Settings(Section)]
internal sealed record PolicyOptions
{
    public const string Section = SettingsSection.Root + ":Policies";

    /// <summary>The kind of request gate: `ngrams`, or one of your own.</summary>
    public string Gate { get; init; } = "ngrams";

    /// <summary>Filters of hosts that state a preference, in the order in which they run: `answering`, `uncrowded`, or some of your own. `base`, `open` and `labels` run before them in any case.</summary>
    [SettingDefault("`answering`, `uncrowded`")]
    public IReadOnlyList<string>? HostFilters { get; init; }

    /// <summary>Scorers of hosts, each with its weight: `warm`, `prompt`, `load`, or some of your own.</summary>
    [SettingRange(-1000, 1000)]
    [SettingDefault("`warm` 1, `prompt` 1")]
    public IReadOnlyDictionary<string, double>? HostScorers { get; init; }

    /// <summary>Who takes a host by the scores: `best`, `draw`, or one of your own.</summary>
    public string HostPicker { get; init; } = "best";

    /// <summary>What is set, or the default: a list that has one could only be added to.</summary>
    internal IReadOnlyList<string> FiltersInUse => HostFilters ?? ["answering", "uncrowded"];

    internal IReadOnlyDictionary<string, double> ScorersInUse => HostScorers ?? new Dictionary<string, double> { ["warm"] = 1, ["prompt"] = 1 };

    /// <summary>A setting's whole name.</summary>
    public static string NameOf(string setting) => $"{Section}:{setting}";
}
