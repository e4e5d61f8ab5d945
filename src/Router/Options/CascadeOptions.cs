using ExpertCluster.Node.Settings;

namespace ExpertCluster.Router.Options;

/// <summary>When a cascade asks the next expert: configuration section "ExpertCluster:Cascade". Checked by <see cref="CascadeOptionsValidator"/>.</summary>
[Settings(Section)]
internal sealed record CascadeOptions
{
    public const string Section = SettingsSection.Root + ":Cascade";

    /// <summary>
    /// What a draft is doubted by: the margin between its tokens' probabilities and the next likely ones' (`margin`), the entropy of what could have stood there (`entropy`), or how
    /// many of three other draws differ from it (`consistency`, which costs these).
    /// </summary>
    [SettingValues(DoubtSignals.Margin, DoubtSignals.Entropy, DoubtSignals.Consistency)]
    public string Signal { get; init; } = DoubtSignals.Margin;

    /// <summary>Probability that a draft is wrong, above which the next expert answers. 0: drafts are never kept; 1: always.</summary>
    [SettingRange(0, 1)]
    public double Doubt { get; init; } = 0.5;

    /// <summary>Of the logistic curve from what is seen to that probability, its value where nothing is: `./cluster eval cascade` fits both for the experts that it is run with.</summary>
    [SettingRange(-100, 100)]
    [SettingDefault("fitted on the demo's sets")]
    public double? Intercept { get; init; }

    /// <summary>The same curve's steepness.</summary>
    [SettingRange(-1000, 1000)]
    [SettingDefault("fitted on the demo's sets")]
    public double? Slope { get; init; }
}
