using ExpertCluster.TestSupport;

namespace ExpertCluster.Catalogue.Tests;

public sealed class YamlBoundsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public YamlBoundsTests() => Directory.CreateDirectory(_folder["base"]);

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("bases: ", "[", "]")]
    [InlineData("bases: ", "{a: ", "}")]
    [InlineData("", "- ", "")]
    [InlineData("", "? ", "")]
    [InlineData("experts: [{name: ", "[", "]}]")]
    [InlineData("bases: ", "[{a: ", "}]")]
    public void Load_NestedWithoutEnd_NamesPlaceAndLimit(string before, string level, string end)
    {
        string nested = before + string.Concat(Enumerable.Repeat(level, 100_000)) + string.Concat(Enumerable.Repeat(end, 100_000));

        string refusal = Refusal(nested);

        Assert.Contains("experts.yaml:1: ", refusal, StringComparison.Ordinal);
        Assert.True(refusal.Contains("16 levels", StringComparison.Ordinal) || refusal.Contains("a key is no string", StringComparison.Ordinal), refusal);
    }

    [Theory]
    [InlineData("&a [*a]", "the alias *a stands within what it names")]
    [InlineData("&a [x, {y: [*a]}]", "the alias *a stands within what it names")]
    [InlineData("{&a [x, y]: 1}", "a key is no string")]
    [InlineData("{{x: y}: 1}", "a key is no string")]
    [InlineData("[&a x, {*a : 1}]", "a key is no string")]
    [InlineData("[*nobody]", "not valid YAML")]
    public void Load_NodesThatRefer_AreNotFollowedWithoutEnd(string node, string problem) =>
        Assert.Contains(problem, Refusal($"bases: {node}"), StringComparison.Ordinal);

    [Theory]
    [InlineData("! name")]
    [InlineData("!!str name")]
    [InlineData("&a name")]
    [InlineData("\"name\"")]
    public void Load_KeyThatStandsTwice_IsRefused(string second) => Assert.Matches(
        "has the key 'name' twice|[Dd]uplicate key", Refusal($"bases:\n  - name: a\n    path: base\n    {second}: b\n"));

    [Fact]
    public void Load_KeyThatControlsATerminal_IsShownEscaped() => Assert.Contains("an unknown key '\\u0001'", Refusal("\u0001:\n"), StringComparison.Ordinal);

    [Theory]
    [InlineData(10, 9)]
    [InlineData(2, 40)]
    [InlineData(100, 6)]
    public void Load_AliasesOfAliases_CountAsWhatTheyStandFor(int each, int levels)
    {
        string text = "a0: &a0 laughter\n" + string.Concat(Enumerable.Range(1, levels).Select(
            level => $"a{level}: &a{level} [{string.Join(", ", Enumerable.Repeat($"*a{level - 1}", each))}]\n"));

        Assert.Contains("with what its aliases stand for the catalogue is longer than 4194304 characters", Refusal(text), StringComparison.Ordinal);
    }

    [Fact]
    public void Load_LongListThatManyExpertsName_CountsForEach()
    {
        string words = string.Join(", ", Enumerable.Repeat(new string('w', 4000), 900));
        string text = $"bases: [{{name: b, path: base}}]\nexperts:\n- {{name: e0, base: b, keywords: &k [{words}]}}\n"
            + string.Concat(Enumerable.Range(1, 500).Select(i => $"- {{name: e{i}, base: b, keywords: *k}}\n"));

        Assert.Contains("aliases", Refusal(text), StringComparison.Ordinal);
    }

    [Fact]
    public void Load_AliasesInUse_AreRead()
    {
        var catalogue = Load("bases: [{name: b, path: base}]\nexperts:\n- {name: x, base: b, keywords: &k [vat, duty]}\n- {name: y, base: b, keywords: *k}\n");

        Assert.All(catalogue.Experts, expert => Assert.Equal(["vat", "duty"], expert.Keywords));
    }

    /// <summary>Random texts of what YAML is made of, seeded: what is wrong with one is told in a sentence, never by another exception.</summary>
    [Fact]
    public void Load_AnyText_IsReadOrRefusedInASentence()
    {
        string[] parts =
        [
            "bases", "experts", ": ", ":", "- ", "\n", "  ", "[", "]", "{", "}", ", ", "&a ", "*a", "? ", "!", "!!int ", "!<", "%YAML 9.9\n", "%TAG ! !\n", "|", ">", "|9\n", "'", "\"",
            "\\x", "\\U00110000", "\\u12", "\\0", "#", "---\n", "...\n", "<<: ", "~", "\t", "\0", "\uFEFF", "name: b", "path: base", "@", "`", "%zz", "!%41", "!%ff ", "é",
        ];
        Random random = new(53);
        for (int i = 0; i < 4000; i++)
        {
            string text = (i % 2 == 0 ? "bases: " : "") + string.Concat(Enumerable.Range(0, random.Next(1, 24)).Select(_ => parts[random.Next(parts.Length)]));
            try
            {
                Load(text);
            }
            catch (CatalogueException refused)
            {
                Assert.Contains("experts.yaml", refused.Message, StringComparison.Ordinal);
                Assert.DoesNotContain('\n', refused.Message);
            }
            catch (Exception other)
            {
                Assert.Fail($"{other.GetType().Name} of {text}: {other.Message}");
            }
        }
    }

    private string Refusal(string text) => Assert.Throws<CatalogueException>(() => Load(text)).Message;

    private ExpertCatalogue Load(string text)
    {
        File.WriteAllText(_folder["experts.yaml"], text);
        return CatalogueFile.Load(_folder["experts.yaml"]);
    }
}
