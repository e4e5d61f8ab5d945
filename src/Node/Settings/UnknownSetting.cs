namespace ExpertCluster.Node.Settings;

/// <summary>A key that is no setting, and the setting that may have been meant.</summary>
internal sealed class UnknownSetting(string path, IReadOnlyList<SettingsSection> sections, IReadOnlyList<string> others)
{
    /// <summary>Of the sections that the key stands in, the innermost.</summary>
    private readonly SettingsSection? _home = sections.Where(section => Below(path, section.Name) is not null).MaxBy(section => section.Name.Length);

    public string Sentence
    {
        get
        {
            // Environment variables come in upper case.
            string name = _home is null ? path : $"{_home.Name}:{Below(path, _home.Name)}";
            return Meant() is { } meant ? $"{name} is no setting; did you mean {meant}?" : $"{name} is no setting";
        }
    }

    private string? Meant()
    {
        var nearest = (from section in sections
                       from setting in section.Settings
                       let cost = Cost(section, setting)
                       where cost is not null
                       orderby cost
                       select (section, setting)).FirstOrDefault();
        if (nearest.setting is not null)
        {
            return nearest.section == _home ? nearest.setting.Key : nearest.setting.Name;
        }

        string[] parts = path.Split(':');
        return parts.Length < 3 ? null : others.FirstOrDefault(other => NearestName.IsNear(parts[1], other[(SettingsSection.Root.Length + 1)..], out _));
    }

    /// <summary>Null: not near. Else how far, first by name and whether the section is another one, then by the section's name.</summary>
    private (int Name, int Section)? Cost(SettingsSection section, Setting setting)
    {
        if (_home is null)
        {
            return null;
        }

        string rest = Below(path, _home.Name)!;
        if ((setting.IsList || setting.IsTable) && rest.Contains(':', StringComparison.Ordinal))
        {
            // Of a list's or a table's element, the name before its own.
            rest = rest[..rest.LastIndexOf(':')];
        }

        if (section == _home)
        {
            return NearestName.IsNear(rest, setting.Key, out int distance) ? (distance, 0) : null;
        }

        // The right name in a wrong section: one that there is, or one that is misspelt itself.
        string leaf = rest[(rest.LastIndexOf(':') + 1)..];
        string place = path[..path.LastIndexOf(leaf, StringComparison.OrdinalIgnoreCase)].TrimEnd(':');
        _ = NearestName.IsNear(place, section.Name, out int apart);
        return NearestName.IsNear(leaf, setting.Key, out int far) && (far == 0 || apart <= 2) ? (far + 1, apart) : null;
    }

    private static string? Below(string path, string section) =>
        path.Length > section.Length && path[section.Length] == ':' && path.StartsWith(section, StringComparison.OrdinalIgnoreCase)
            ? path[(section.Length + 1)..]
            : null;
}
