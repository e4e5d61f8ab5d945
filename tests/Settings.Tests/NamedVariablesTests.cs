using System.Globalization;
using System.Text.RegularExpressions;
using ExpertCluster.Node.Settings;
using ExpertCluster.TestSupport;

namespace ExpertCluster.Settings.Tests;

/// <summary>Whatever names a setting, names one that there is: a process refuses others.</summary>
public sealed partial class NamedVariablesTests
{
    private const string Prefix = "EXPERTCLUSTER__";

    private static readonly string[] Folders = ["deploy", "docs", "build", Path.Combine("src", "Cli"), "bench", "load"];

    private static readonly HashSet<string> Known = [.. AllSettings.Settings.Select(setting => setting.Variable)];

    [Fact]
    public void Variables_InManifestsImagesProgramsAndDocuments_AreSettings()
    {
        (string File, string Variable)[] named =
        [
            .. Folders.SelectMany(folder => Directory.EnumerateFiles(RepositoryRoot.Combine(folder), "*", SearchOption.AllDirectories))
                .Append(RepositoryRoot.Combine("README.md")).Append(RepositoryRoot.Combine("cluster"))
                .SelectMany(file => Variable().Matches(File.ReadAllText(file)).Select(match => (Path.GetRelativePath(RepositoryRoot.Path, file), match.Value))),
        ];

        Assert.NotEmpty(named);
        Assert.Contains(named, pair => pair.File.StartsWith(Path.Combine("deploy", "k8s"), StringComparison.Ordinal));
        Assert.All(named, pair => Assert.True(IsKnown(pair.Variable), $"{pair.File} names {pair.Variable}"));
    }

    /// <summary>What the command line tells the processes that it starts, without its prefix.</summary>
    [Fact]
    public void Settings_OfALocalCluster_AreSettings()
    {
        string[] named =
        [
            .. Directory.EnumerateFiles(RepositoryRoot.Combine("src", "Cli", "Running"), "*.cs")
                .SelectMany(file => Key().Matches(File.ReadAllText(file))).Select(match => match.Groups[1].Value),
        ];

        Assert.Contains("Runtime__Threads", named);
        Assert.All(named, name => Assert.True(IsKnown(Prefix + name), name));
    }

    [Theory]
    [InlineData("EXPERTCLUSTER__HTTPPORT", true)]
    [InlineData("ExpertCluster__Runtime__Slots", true)]
    [InlineData("EXPERTCLUSTER__TLS__CLIENTNAMES__0", true)]
    [InlineData("EXPERTCLUSTER__POLICIES__HOSTSCORERS__LOAD", true)]
    [InlineData("EXPERTCLUSTER__HTTPPORT__0", false)]
    [InlineData("EXPERTCLUSTER__RUNTIME__SLOT", false)]
    public void Known_Variable_IsASettingOrAnElementOfAList(string variable, bool known) => Assert.Equal(known, IsKnown(variable));

    private static bool IsKnown(string variable)
    {
        string upper = variable.ToUpper(CultureInfo.InvariantCulture);
        return Known.Contains(upper) || AllSettings.Settings.Any(setting => IsElement(setting, upper));
    }

    private static bool IsElement(Setting list, string variable) =>
        variable.StartsWith(list.Variable + "__", StringComparison.Ordinal)
        && (list.IsTable || (list.IsList && int.TryParse(variable[(list.Variable.Length + 2)..], out _)));

    /// <summary>Whole names: documents write "EXPERTCLUSTER__TLS__*" for all of a section, and "EXPERTCLUSTER__X" for any.</summary>
    [GeneratedRegex(@"\bEXPERTCLUSTER__(?!X\b)[A-Z0-9]+(?:__[A-Z0-9]+)*(?![A-Z0-9_*])", RegexOptions.IgnoreCase)]
    private static partial Regex Variable();

    [GeneratedRegex("""\["([A-Z][A-Za-z]+(?:__[A-Za-z]+)*)"\]\s*=""")]
    private static partial Regex Key();
}
