using ExpertCluster.ExpertHost.Options;
using ExpertCluster.Node.Options;
using ExpertCluster.Node.Settings;
using ExpertCluster.Router.Options;
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

    /// <summary>A record of settings that nobody listed would be read, and told nowhere.</summary>
    [Fact]
    public void Sections_OfAllAssemblies_AreListed()
    {
        System.Reflection.Assembly[] assemblies = [typeof(NodeOptions).Assembly, typeof(RouterOptions).Assembly, typeof(RuntimeOptions).Assembly];

        Assert.Equal(
            assemblies.SelectMany(a => a.GetTypes()).Where(t => t.IsDefined(typeof(SettingsAttribute), inherit: false)).Select(t => t.FullName).Order(),
            AllSettings.Sections.Select(s => s.Section.Type.FullName).Order());
    }

    [Fact]
    public void Page_EverySetting_HasALine()
    {
        string made = SettingsPage.Make();

        Assert.All(AllSettings.Settings, setting => Assert.Contains($"| `{setting.Variable}", made, StringComparison.Ordinal));
        Assert.Equal(AllSettings.Settings.Count(), made.Split('\n').Count(line => line.StartsWith("| `", StringComparison.Ordinal)));
    }
}
