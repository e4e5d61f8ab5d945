using ExpertCluster.TestSupport;

namespace ExpertCluster.Catalogue.Tests;

public sealed class CatalogueFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public CatalogueFileTests()
    {
        Directory.CreateDirectory(_folder["base"]);
        Directory.CreateDirectory(_folder["law"]);
        Directory.CreateDirectory(_folder["law2"]);
        File.WriteAllText(_folder["law.txt"], "Who decides?\n");
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Load_WholeCatalogue_ReadsEveryKey()
    {
        var catalogue = Load("""
            bases:
              - name: small
                path: base
            experts:
              - name: law
                base: small
                adapter: law
                description: Leases
                examples: law.txt
                replicas: 3
                pinned: true
              - name: tax
                base: small
                keywords: [vat, duty]
              - name: quiet
                base: small
            """);

        Assert.Equal(new BaseEntry("small", _folder["base"]), Assert.Single(catalogue.Bases));
        var law = catalogue.Experts[0];
        Assert.Equal(("law", "small", "Leases", 3), (law.Name, law.Base, law.Description, law.Replicas));
        Assert.Equal([true, false, false], catalogue.Experts.Select(e => e.Pinned));
        Assert.Equal(_folder["law"], law.Adapter);
        Assert.Equal(_folder["law.txt"], law.Examples);
        Assert.Equal(["vat", "duty"], catalogue.Experts[1].Keywords);
        Assert.Equal([true, true, false], catalogue.Experts.Select(catalogue.Gates));
    }

    [Fact]
    public void Load_BasesThatNotEveryHostRuns_SayOnHowMany()
    {
        var bases = Load("""
            bases:
              - {name: everywhere, path: base}
              - {name: some, path: base, replicas: 2, max_replicas: 5}
              - {name: rare, path: base, replicas: 0}
              - {name: few, path: base, max_replicas: 3}
            """).Bases;

        Assert.Equal([(null, null), (2, 5), (0, null), (1, 3)], bases.Select(b => (b.Replicas, b.MaxReplicas)));
    }

    [Fact]
    public void Load_ToolParserOfABase_IsItsName()
    {
        var bases = Load("""
            bases:
              - {name: own, path: base, tool_parser: my-own}
              - {name: told, path: base}
            """).Bases;

        Assert.Equal(["my-own", null], bases.Select(b => b.ToolParser));
    }

    [Theory]
    [InlineData("''")]
    [InlineData("a b")]
    public void Load_ToolParserThatIsNoName_IsRefused(string name) => Assert.Contains(
        "base small: tool_parser",
        Assert.Throws<CatalogueException>(() => Load($"bases: [{{name: small, path: base, tool_parser: {name}}}]")).Message,
        StringComparison.Ordinal);

    [Fact]
    public void Load_Versions_HaveAnAdapterAndAPercentEach()
    {
        var experts = Load("""
            bases: [{name: small, path: base}]
            experts:
              - {name: law, base: small, adapter: law, canary: {adapter: law2, percent: 50}, shadow: {adapter: "hf://org/law", percent: 1}}
              - {name: tax, base: small, adapter: law, canary: {adapter: law2}, shadow: {adapter: law2}}
              - {name: code, base: small, adapter: law, canary: {adapter: law2, percent: 100}}
              - {name: quiet, base: small}
            """).Experts;

        Assert.Equal(new VersionEntry(_folder["law2"], 50), experts[0].Canary);
        Assert.Equal(new VersionEntry("hf://org/law", 1), experts[0].Shadow);
        Assert.Equal((0, 100), (experts[1].Canary!.Percent, experts[1].Shadow!.Percent));
        Assert.Equal((100, null), (experts[2].Canary!.Percent, experts[2].Shadow));
        Assert.Equal((null, null), (experts[3].Canary, experts[3].Shadow));
    }

    [Theory]
    [InlineData("canary: {adapter: law2}", "expert b: canary stands beside no adapter")]
    [InlineData("shadow: {adapter: law2}", "expert b: shadow stands beside no adapter")]
    [InlineData("adapter: law, canary: law2", "expert b: canary must be a mapping of adapter, percent")]
    [InlineData("adapter: law, shadow: [law2]", "expert b: shadow must be a mapping of adapter, percent")]
    [InlineData("adapter: law, canary: {percent: 5}", "expert b: canary: adapter is missing")]
    [InlineData("adapter: law, canary: {adapter: none}", "expert b: canary: adapter: there is no folder")]
    [InlineData("adapter: law, canary: {adapter: law2, percent: 101}", "expert b: canary: percent is '101'; it must be a whole number from 0 to 100")]
    [InlineData("adapter: law, canary: {adapter: law2, percent: -1}", "expert b: canary: percent is '-1'; it must be a whole number from 0 to 100")]
    [InlineData("adapter: law, canary: {adapter: law2, percent: 0.5}", "expert b: canary: percent is '0.5'; it must be a whole number from 0 to 100")]
    [InlineData("adapter: law, shadow: {adapter: law2, percent: 0}", "expert b: shadow: percent is '0'; it must be a whole number from 1 to 100")]
    [InlineData("adapter: law, shadow: {adapter: law2, weight: 5}", "expert b: shadow has an unknown key 'weight'; known are adapter, percent")]
    [InlineData("adapter: law, shadow: {adapter: 's3://user:key@bucket/law'}", "expert b: shadow: adapter is s3://bucket/law: it names a user before its host")]
    public void Load_WrongVersion_NamesFileLineAndKey(string keys, string part) =>
        Load_WrongFile_NamesFileLineAndKey($"bases: [{{name: a, path: base}}]\nexperts:\n  - {{name: b, base: a, {keys}}}", 3, part);

    [Fact]
    public void Load_Rules_SayWhenAndWhat()
    {
        var catalogue = Load("""
            bases: [{name: small, path: base}]
            experts:
              - {name: law, base: small, cost: 2.5}
              - {name: tax, base: small, cost: 0}
              - {name: quiet, base: small}
            rules:
              - name: legal-desk
                when: {headers: {X-Department: legal, x-site: "1"}, labels: [residency=eu], keywords: [habeas corpus, lease]}
                expert: law
                allow: [law, small]
                deny: [tax]
                labels: [residency=eu]
                max_cost: 1.5
              - {name: words, when: {keywords: [vat]}, expert: tax}
            """);

        Assert.Equal([2.5, 0, null], catalogue.Experts.Select(e => e.Cost));
        var rule = catalogue.Rules[0];
        Assert.Equal(("legal-desk", "law", 1.5), (rule.Name, rule.Expert, rule.MaxCost));
        Assert.Equal("legal", rule.Headers["x-department"]);
        Assert.Equal(2, rule.Headers.Count);
        Assert.Equal([["residency=eu"], ["habeas corpus", "lease"], ["law", "small"], ["tax"], ["residency=eu"]], new[] { rule.WhenLabels, rule.Keywords, rule.Allow, rule.Deny, rule.Labels });
        Assert.Equal(("words", "tax", null), (catalogue.Rules[1].Name, catalogue.Rules[1].Expert, catalogue.Rules[1].MaxCost));
    }

    [Theory]
    [InlineData("{when: {keywords: [a]}, expert: b}", "a rule: name is missing")]
    [InlineData("{name: a b, when: {keywords: [a]}, expert: b}", "a rule: name 'a b' must have")]
    [InlineData("{name: r, expert: b}", "rule r: when is missing")]
    [InlineData("{name: r, when: {}, expert: b}", "rule r: when is empty; it must have headers, labels or keywords")]
    [InlineData("{name: r, when: {keywords: [a]}}", "rule r says nothing; it must have expert, allow, deny, labels or max_cost")]
    [InlineData("{name: r, when: {tenants: [a]}, expert: b}", "rule r: when has an unknown key 'tenants'; known are headers, labels, keywords")]
    [InlineData("{name: r, when: {keywords: [a]}, expert: none}", "rule r: expert: 'none' is none of this file's experts and bases")]
    [InlineData("{name: r, when: {keywords: [a]}, allow: [b, auto]}", "rule r: allow: 'auto' is none of this file's experts and bases")]
    [InlineData("{name: r, when: {keywords: [a]}, deny: [B]}", "rule r: deny: 'B' is none of this file's experts and bases")]
    [InlineData("{name: r, when: {keywords: [a]}, max_cost: -1}", "rule r: max_cost is '-1'; it must be a number, 0 or above")]
    [InlineData("{name: r, when: {keywords: [a]}, max_cost: NaN}", "rule r: max_cost is 'NaN'; it must be a number, 0 or above")]
    [InlineData("{name: r, when: {keywords: [a]}, labels: [eu]}", "rule r: labels has 'eu'; it must be key=value")]
    [InlineData("{name: r, when: {headers: [a]}, expert: b}", "rule r: when: headers must be a mapping of names and values")]
    [InlineData("{name: r, when: {headers: {'x y': a}}, expert: b}", "rule r: when: headers: 'x y' is no name of a header")]
    [InlineData("{name: r, when: {headers: {x: a, X: b}}, expert: b}", "rule r: when: headers has 'X' twice")]
    [InlineData("{name: r, when: {headers: {x: [a]}}, expert: b}", "rule r: when: headers: x must be a string")]
    public void Load_WrongRule_NamesFileLineAndKey(string rule, string part) =>
        Load_WrongFile_NamesFileLineAndKey($"bases: [{{name: a, path: base}}]\nexperts: [{{name: b, base: a}}]\nrules:\n  - {rule}", 4, part);

    [Fact]
    public void Load_RulesOfOneName_AreRefused() => Load_WrongFile_NamesFileLineAndKey(
        "bases: [{name: a, path: base}]\nrules:\n  - {name: r, when: {keywords: [a]}, expert: a}\n  - {name: r, when: {keywords: [b]}, expert: a}", 4, "the name 'r' is taken");

    [Theory]
    [InlineData("[")]
    [InlineData("{a: ")]
    [InlineData("- ")]
    public void Load_NestedAHundredThousandTimes_IsRefused(string level) =>
        Assert.Contains("nested", Assert.Throws<CatalogueException>(() => Load(string.Concat(Enumerable.Repeat(level, 100_000)))).Message, StringComparison.Ordinal);

    [Theory(Timeout = 10_000)]
    [InlineData("fifo", "a FIFO")]
    [InlineData("device", "a device")]
    [InlineData("socket", "a socket")]
    [InlineData("folder", "a folder")]
    public Task Load_NoFileInTheFilesPlace_IsRefusedWithoutOpeningIt(string kind, string named) => Task.Run(() =>
    {
        SpecialFile.Put(_folder["experts.yaml"], kind);

        Assert.Equal(
            $"{_folder["experts.yaml"]} is no regular file but {named}", Assert.Throws<CatalogueException>(() => CatalogueFile.Load(_folder["experts.yaml"])).Message);
    });

    [Theory]
    [InlineData("bases: [{name: a, path: base, colour: red}]", 1, "a base has an unknown key 'colour'; known are name, path")]
    [InlineData("hosts: []", 1, "unknown key 'hosts'")]
    [InlineData("bases:\n  - name: a", 2, "base a: path is missing")]
    [InlineData("bases:\n  - name: a\n    path: nowhere", 3, "base a: path: there is no folder")]
    [InlineData("bases: [{name: a, path: base}]\nexperts:\n  - name: a\n    base: a", 3, "the name 'a' is taken")]
    [InlineData("bases: [{name: auto, path: base}]", 1, "the name 'auto' is taken")]
    [InlineData("bases: [{name: a, path: base}]\nexperts:\n  - name: b\n    base: c", 4, "base 'c' is not one of the bases: a")]
    [InlineData("bases: [{name: a, path: base}]\nexperts:\n  - {name: b, base: a, replicas: -1}", 3, "replicas is '-1'; it must be a whole number from 0 to 64")]
    [InlineData("bases: [{name: a, path: base}]\nexperts:\n  - {name: b, base: a, replicas: 65}", 3, "replicas is '65'; it must be a whole number from 0 to 64")]
    [InlineData("bases: [{name: a, path: base, replicas: -1}]", 1, "base a: replicas is '-1'; it must be a whole number from 0 to 1000")]
    [InlineData("bases:\n  - {name: a, path: base, replicas: all}", 2, "base a: replicas is 'all'; it must be a whole number from 0 to 1000")]
    [InlineData("bases: [{name: a, path: base, replicas: 4, max_replicas: 3}]", 1, "base a: max_replicas is '3'; it must be a whole number from 4 to 1000")]
    [InlineData("bases: [{name: a, path: base, max_replicas: 0}]", 1, "base a: max_replicas is '0'; it must be a whole number from 1 to 1000")]
    [InlineData("bases: [{name: a, path: base}]\nexperts:\n  - {name: b, base: a, max_replicas: 0}", 3, "max_replicas is '0'; it must be a whole number from 1 to 64")]
    [InlineData("bases: [{name: a, path: base}]\nexperts:\n  - {name: b, base: a, replicas: 3, max_replicas: 2}", 3, "max_replicas is '2'; it must be a whole number from 3 to 64")]
    [InlineData("bases: [{name: a, path: base}]\nexperts:\n  - {name: b, base: a, labels: [zone]}", 3, "labels has 'zone'; it must be key=value")]
    [InlineData("bases: [{name: a, path: base}]\nexperts:\n  - {name: b, base: a, labels: zone=a}", 3, "labels must be a list")]
    [InlineData("bases: [{name: a, path: base}]\nexperts:\n  - {name: b, base: a, hosts: [{a: b}]}", 3, "a host must be a string")]
    [InlineData("bases: [{name: a, path: base}]\nexperts:\n  - {name: b, base: a, pinned: yes}", 3, "pinned is 'yes'; it must be true or false")]
    [InlineData("bases: [{name: a, path: base}]\nexperts:\n  - {name: b, base: a, cost: free}", 3, "cost is 'free'; it must be a number, 0 or above")]
    [InlineData("bases: [{name: a, path: base}]\nexperts:\n  - {name: b, base: a, cost: 1e999}", 3, "cost is '1e999'; it must be a number, 0 or above")]
    [InlineData("bases: [{name: 'a b', path: base}]", 1, "name 'a b' must have")]
    [InlineData("bases: [{name: a, path: base}]\nexperts:\n  - {name: b, base: a, examples: none.txt}", 3, "examples: there is no file")]
    [InlineData("bases: {}", 1, "bases must be a list")]
    [InlineData("bases: []", 1, "bases is missing or empty")]
    [InlineData("bases:\n\t- a", 1, "not valid YAML")]
    [InlineData("bases: [{name: .., path: base}]", 1, "not begin with '.'")]
    [InlineData("bases: [{name: a, path: \"ba\\0se\"}]", 1, "path holds the character NUL")]
    [InlineData("bases: [{name: a, path: base}]\nexperts:\n  - {name: b, base: a, examples: base}", 3, "examples: there is no file")]
    public void Load_WrongFile_NamesFileLineAndKey(string yaml, int line, params string[] parts)
    {
        var error = Assert.Throws<CatalogueException>(() => Load(yaml));

        Assert.StartsWith($"{_folder["experts.yaml"]}:{line}: ", error.Message, StringComparison.Ordinal);
        Assert.All(parts, part => Assert.Contains(part, error.Message, StringComparison.Ordinal));
    }

    [Fact]
    public void Load_Uris_AreKeptAsTheyStand()
    {
        var catalogue = Load("""
            bases: [{name: small, path: "hf://org/small@v1"}]
            experts:
              - {name: law, base: small, adapter: oci://registry.site/law:v1}
              - {name: tax, base: small, adapter: "https://files.site/tax/SHA256SUMS#sha256=0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"}
            """);

        Assert.Equal("hf://org/small@v1", catalogue.Bases[0].Path);
        Assert.Equal("oci://registry.site/law:v1", catalogue.Experts[0].Adapter);
        Assert.EndsWith("cdef", catalogue.Experts[1].Adapter, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("bases:\n  - name: a\n    path: ftp://host/a", 3, "base a: path is ftp://host/a: it has the scheme 'ftp'; known are file, hf, s3, oci, https")]
    [InlineData("bases:\n  - name: a\n    path: hf://org", 3, "base a: path is hf://org: it must be hf://ORG/REPO")]
    [InlineData("bases: [{name: a, path: base}]\nexperts:\n  - name: b\n    base: a\n    adapter: s3://B", 5, "expert b: adapter is s3://B: it must be s3://BUCKET/PREFIX")]
    [InlineData("bases: [{name: a, path: base}]\nexperts:\n  - {name: b, base: a, adapter: 'https://me:pass@host/x'}", 3, "is https://host/x: it names a user before its host")]
    [InlineData("bases: [{name: a, path: base}]\nexperts:\n  - {name: b, base: a, adapter: \"hf://org/a\\0b\"}", 3, "white space or a control character")]
    public void Load_WrongUri_NamesFileLineAndKey(string yaml, int line, string problem)
    {
        var sources = ExpertCluster.Catalogue.Sources.ContentSources.Create(new(), TimeProvider.System);
        File.WriteAllText(_folder["experts.yaml"], yaml);

        var error = Assert.Throws<CatalogueException>(() => CatalogueFile.Load(_folder["experts.yaml"], sources.ProblemOf));

        Assert.StartsWith($"{_folder["experts.yaml"]}:{line}: ", error.Message, StringComparison.Ordinal);
        Assert.Contains(problem, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("pass", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_NoSuchFile_SaysSo() =>
        Assert.Contains("there is no such file", Assert.Throws<CatalogueException>(() => CatalogueFile.Load(_folder["x.yaml"])).Message, StringComparison.Ordinal);

    private ExpertCatalogue Load(string yaml)
    {
        string file = _folder["experts.yaml"];
        File.WriteAllText(file, yaml);
        return CatalogueFile.Load(file);
    }
}
