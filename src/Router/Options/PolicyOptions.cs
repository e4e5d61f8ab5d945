using ExpertCluster.Node.Settings;

namespace ExpertCluster.Router.Options;

/// <summary>
/// Which policies a router uses, by their names: configuration section "ExpertCluster:Policies". Checked by
/// <see cref="PolicyOptionsValidator"/> and <see cref="PolicyOptionsRules"/>.
/// </summary>
[Settings(Section)]
internal sealed record PolicyOptions
{
    public const string Section = SettingsSection.Root + ":Policies";

    /// <summary>The kind of request gate.</summary>
    [SettingText(1, 64)]
    public string Gate { get; init; } = "ngrams";

    /// <summary>Filters of hosts with commas between them, in the order in which they run. One that would leave no host is passed over.</summary>
    public string HostFilters { get; init; } = "answering, uncrowded";

    /// <summary>Scorers of hosts with their weights, from -1000 to 1000, as in "prompt=1, load=0.5".</summary>
    public string HostScorers { get; init; } = "prompt=1";

    /// <summary>Who takes a host by the scores: the best one, or a draw in proportion to them.</summary>
    [SettingText(1, 64)]
    public string HostPicker { get; init; } = "best";

    /// <summary>A setting's whole name.</summary>
    public static string NameOf(string setting) => $"{Section}:{setting}";
}
