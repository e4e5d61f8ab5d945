using ExpertCluster.ExpertHost.Options;
using ExpertCluster.Node.Options;
using ExpertCluster.Node.Settings;
using ExpertCluster.Router.Options;

namespace ExpertCluster.Settings.Tests;

/// <summary>The sections of both programs.</summary>
internal static class AllSettings
{
    public static IReadOnlyList<(SettingsSection Section, string Readers)> Sections { get; } =
    [
        (SettingsSection.Of(typeof(NodeOptions)), "routers and hosts"),
        (SettingsSection.Of(typeof(TransportOptions)), "routers and hosts"),
        (SettingsSection.Of(typeof(TlsOptions)), "routers and hosts"),
        (SettingsSection.Of(typeof(RouterOptions)), "routers"),
        (SettingsSection.Of(typeof(PolicyOptions)), "routers"),
        (SettingsSection.Of(typeof(CascadeOptions)), "routers"),
        (SettingsSection.Of(typeof(RuntimeOptions)), "hosts"),
        (SettingsSection.Of(typeof(PlacementSettings)), "hosts"),
    ];

    public static IEnumerable<Setting> Settings => Sections.SelectMany(pair => pair.Section.Settings);
}
