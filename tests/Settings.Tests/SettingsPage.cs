using System.Globalization;
using System.Text;
using ExpertCluster.Node.Settings;

namespace ExpertCluster.Settings.Tests;

/// <summary>docs/settings.md, made of the records of settings.</summary>
internal static class SettingsPage
{
    private const string Introduction =
        """
        # Settings

        All settings of routers and hosts. Made from the code: to change this page, change the records in `src/*/Options` and run
        `Settings.Tests` with `WRITE_SETTINGS_PAGE=1`.

        A setting is .NET configuration: the environment variable below, `--ExpertCluster:Section:Name=value` on the command line, or
        `{ "ExpertCluster": { "Section": { "Name": ... } } }` in `appsettings.json` in the folder that the program starts in. Upper and
        lower case are alike. A list has its elements below it (`...__0`, `...__1`), a table its numbers (`...__NAME`, the name as it is
        written). A process that is told what is no setting, or a wrong value, ends at once with code 2 and says each on a line, with what
        is allowed or the nearest name. Routers pass over the section of hosts, and hosts over those of routers: both may be given the same.

        """;

    public static string Make()
    {
        var page = new StringBuilder(Introduction);
        foreach (var (section, readers) in AllSettings.Sections)
        {
            var summaries = new Summaries(section.Type);
            object defaults = Activator.CreateInstance(section.Type)!;
            page.Append(CultureInfo.InvariantCulture, $"\n## {section.Name}\n\nRead by {readers}.\n\n| setting | environment variable | values | default | effect |\n|---|---|---|---|---|\n");
            foreach (var setting in section.Settings)
            {
                string[] cells = [$"`{setting.Key}`", $"`{setting.Variable}{(setting.IsList ? "__0" : setting.IsTable ? "__NAME" : "")}`", Values(setting), Default(setting, defaults), summaries.Of(setting.Property.Name)];
                page.Append(CultureInfo.InvariantCulture, $"| {string.Join(" | ", cells.Select(cell => cell.Replace("|", "\\|", StringComparison.Ordinal)))} |\n");
            }
        }

        return page.ToString();
    }

    private static string Values(Setting setting) => setting.Rule switch
    {
        SettingValuesAttribute words => string.Join(", ", words.Values.Select(word => $"`{word}`")),
        { } rule => $"{setting.Kind}, {rule.Allowed}",
        null => setting.Kind,
    };

    private static string Default(Setting setting, object defaults) => setting.DefaultInWords ?? setting.Property.GetValue(defaults) switch
    {
        null or "" or Array { Length: 0 } => "none",
        true => "`true`",
        false => "`false`",
        string text => $"`{text}`",
        IFormattable number => number.ToString("0.##", CultureInfo.InvariantCulture),
        var other => throw new InvalidOperationException($"{setting.Name} has the default {other}: say how a page writes that."),
    };
}
