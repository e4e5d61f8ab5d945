using System.Reflection;
using ExpertCluster.Node.Settings;
using ExpertCluster.TestSupport;

namespace ExpertCluster.Settings.Tests;

public sealed class SettingsPageTests
{
    private const string Write = "WRITE_SETTINGS_PAGE";

    private static readonly string Page = RepositoryRoot.Combine("docs", "settings.md");

    [Fact]
    public void Page_OfAllSettings_IsWhatTheCodeSays()
    {
        string made = SettingsPage.Make();
        if (Environment.GetEnvironmentVariable(Write) == "1")
        {
            File.WriteAllText(Page, made);
        }

        Assert.True(
            made == File.ReadAllText(Page).ReplaceLineEndings("\n"),
            $"docs/settings.md is not what the records of settings say. Run this test with {Write}=1 and look at the difference.");
    }

    [Fact]
    public void Page_EverySetting_HasALine()
    {
        string made = SettingsPage.Make();

        Assert.All(AllSettings.Settings, setting => Assert.Contains($"| `{setting.Variable}", made, StringComparison.Ordinal));
        Assert.Equal(AllSettings.Settings.Count(), made.Split('\n').Count(line => line.StartsWith("| `", StringComparison.Ordinal)));
    }

    [Fact]
    public void Page_EveryRecordOfSettings_IsASection()
    {
        var records = AllSettings.Sections.Select(pair => pair.Section.Type.Assembly).Distinct().SelectMany(assembly => assembly.GetTypes())
            .Where(type => type.GetCustomAttribute<SettingsAttribute>() is not null);

        Assert.Equivalent(records, AllSettings.Sections.Select(pair => pair.Section.Type), strict: true);
    }
}
