namespace ExpertCluster.Node.Settings;

/// <summary>A record of settings: every property that can be set is one.</summary>
/// <param name="section">Where they stand in the configuration: "ExpertCluster:Router".</param>
[AttributeUsage(AttributeTargets.Class)]
public sealed class SettingsAttribute(string section) : Attribute
{
    public string Section { get; } = section;
}
