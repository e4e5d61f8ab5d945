using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace ExpertCluster.Node.Settings;

/// <summary>Compares what stands in the configuration with the settings that there are, before anything is bound.</summary>
/// <param name="sections">Those that this process reads.</param>
/// <param name="others">Names of sections that only other processes read; what stands in them is theirs to check.</param>
internal sealed class SettingsCheck(IReadOnlyList<SettingsSection> sections, IReadOnlyList<string> others)
{
    private readonly string[] _others = [.. others.Except(sections.Select(section => section.Name), StringComparer.OrdinalIgnoreCase)];

    private readonly Dictionary<string, Setting> _settings =
        sections.SelectMany(section => section.Settings).ToDictionary(setting => setting.Name, StringComparer.OrdinalIgnoreCase);

    /// <summary>Keys that are no setting, or hold what can't be read as one: each with the sentence that says so.</summary>
    public IEnumerable<(string Key, string Failure)> Check(IConfiguration configuration) =>
        Walk(configuration.GetSection(SettingsSection.Root)).Select(found => (found.Path, Failure: FailureOf(found)))
            .Where(found => found.Failure is not null)
            .Select(found => (found.Path, found.Failure!));

    /// <summary>Everything below a section that has a value, or has nothing below itself.</summary>
    private IEnumerable<IConfigurationSection> Walk(IConfigurationSection section)
    {
        foreach (var child in section.GetChildren())
        {
            if (_others.Contains(child.Path, StringComparer.OrdinalIgnoreCase))
            {
                continue;
            }

            var below = Walk(child).ToArray();
            if (child.Value is not null || below.Length == 0)
            {
                yield return child;
            }

            foreach (var deeper in below)
            {
                yield return deeper;
            }
        }
    }

    private string? FailureOf(IConfigurationSection found)
    {
        if (_settings.TryGetValue(found.Path, out var setting))
        {
            return setting.ProblemOf(found.Value) is { } problem ? $"{setting.Name} {problem}" : null;
        }

        if (ParentOf(found) is { } parent)
        {
            return parent.ProblemOfElement(found.Value) is { } problem ? $"{parent.Name}:{found.Key} {problem}" : null;
        }

        if (string.IsNullOrEmpty(found.Value) && IsSection(found.Path))
        {
            return null;
        }

        return new UnknownSetting(found.Path, sections, _others).Sentence;
    }

    /// <summary>The list or table that a key is an element of.</summary>
    private Setting? ParentOf(IConfigurationSection found) =>
        _settings.TryGetValue(ConfigurationPath.GetParentPath(found.Path)!, out var parent)
        && (parent.IsTable || (parent.IsList && int.TryParse(found.Key, NumberStyles.None, CultureInfo.InvariantCulture, out _)))
            ? parent
            : null;

    /// <summary>An empty object in a JSON file.</summary>
    private bool IsSection(string path) => _settings.Keys.Any(name => name.StartsWith(path + ":", StringComparison.OrdinalIgnoreCase));
}
