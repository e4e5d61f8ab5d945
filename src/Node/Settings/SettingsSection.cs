using System.Reflection;

namespace ExpertCluster.Node.Settings;

/// <summary>A section of the configuration: the settings of one record.</summary>
public sealed class SettingsSection
{
    /// <summary>The section that all others stand in.</summary>
    public const string Root = "ExpertCluster";

    private SettingsSection(string name, Type type)
    {
        Name = name;
        Type = type;
        Settings =
        [
            .. type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
                .Where(property => property.SetMethod is { IsPublic: true })
                .Select(property => new Setting(name, property)),
        ];
    }

    /// <summary>"ExpertCluster:Router".</summary>
    public string Name { get; }

    public Type Type { get; }

    public IReadOnlyList<Setting> Settings { get; }

    /// <exception cref="ArgumentException">The type has no <see cref="SettingsAttribute"/>.</exception>
    public static SettingsSection Of(Type type)
    {
        ArgumentNullException.ThrowIfNull(type);
        var attribute = type.GetCustomAttribute<SettingsAttribute>() ?? throw new ArgumentException($"{type} is no record of settings", nameof(type));
        return new SettingsSection(attribute.Section, type);
    }

    /// <summary>The whole name of a property's setting.</summary>
    public string NameOf(string property) => Settings.Single(setting => setting.Property.Name == property).Name;
}
