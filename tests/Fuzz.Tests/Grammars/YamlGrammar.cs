using System.Text;
using ExpertCluster.Fuzz.Mutation;

namespace ExpertCluster.Fuzz.Grammars;

/// <summary>A catalogue in YAML, with all that YAML has beside: anchors, aliases, tags, merge keys, block and flow styles, documents, depth.</summary>
internal sealed class YamlGrammar(Random random)
{
    private static readonly string[] Keys =
    [
        "name", "path", "base", "adapter", "description", "examples", "keywords", "replicas", "max_replicas", "hosts", "labels", "pinned", "canary", "shadow", "percent", "bases", "experts",
        "<<", "? a", "*a", "!!str name", "&k name", "[a]", "{a: b}", "''", "\"na\\u006de\"",
    ];

    private static readonly string[] Values =
    [
        "demo", "law", ".", "base", "adapter", "1", "0", "-1", "64", "65", "99999999999", "true", "no", "~", "null", "''", "\"\"", "a=b", "hf://a/b", "file:///etc", "https://a/b", "s3://b/c", "*a", "&a x", "!!int 3", "!!binary aGk=",
        "!x y", "|\n      text\n", ">-\n      folded", "[]", "{}", "\"\\0\"", "\"\\ud800\"", "\"\\x1b\"", "'a\n    b'", "[*a, *a]", "&a [1]", "%TAG", "@x", "`x", "- x", "? x", "!!float .inf", "0x1F", "1_000", "2001-01-01", "\u00e9", "\U0001F600",
    ];

    private static readonly (string Key, string[] Values)[] Fine =
    [
        ("adapter", ["adapter", "./adapter", "hf://a/b", "s3://b/c", "https://a/b", "&a adapter", "*a", "!!str adapter", "'adapter'", "\"ad\\u0061pter\""]),
        ("description", ["Courts", "|\n      text\n      more", ">-\n      folded\n", "\"a\\tb\"", "'it''s'", "a: b", "&d x", "\u00e9"]),
        ("examples", ["examples.txt", "./examples.txt", "/dev/null"]),
        ("keywords", ["[a, b]", "[]", "[\"\\x41\", 'b']", "\n      - a\n      - b", "&k [a]", "[!!str 1]"]),
        ("replicas", ["0", "1", "64", "!!int 2"]),
        ("max_replicas", ["64", "1"]),
        ("hosts", ["[h1]", "[h1, h2]", "[]"]),
        ("labels", ["[a=b]", "[a=b, c=d]"]),
        ("pinned", ["true", "false"]),
        ("canary", ["{adapter: adapter, percent: 5}", "{adapter: adapter}", "&c {adapter: adapter, percent: 1}"]),
        ("shadow", ["{adapter: adapter}", "\n      adapter: adapter\n      percent: 7", "*c"]),
    ];

    public byte[] Make()
    {
        var text = new StringBuilder();
        text.Append(random.In(8) ? random.Of(["---\n", "%YAML 1.2\n---\n", "\ufeff", "# c\n", "%TAG ! tag:x,2000:\n---\n"]) : "");
        text.Append("bases:\n").Append(random.Join(random.In(5) ? 2 : 1, "", () => Entry(["name", "path"]))).Append("experts:\n");
        text.Append(random.Join(random.Count(3, 30), "", () => Entry(["name", "base"])));
        text.Append(random.In(20) ? random.Of(["---\nbases: []\n", "...\n", "x: &a [*a]\n", "a: &a [1,1]\nb: &b [*a,*a]\nc: &c [*b,*b]\n", "\t"]) : "");
        text.Append(random.In(10) ? Deep() : "");
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private string Entry(string[] needed)
    {
        string entry = string.Concat(Lines().Select(line => $"    {(random.In(60) ? random.Of(Keys) : line.Key)}: {(random.In(40) ? Value() : line.Value)}\n"));
        string first = string.Concat(needed.Select((key, i) => $"{(i == 0 ? "  - " : "    ")}{key}: {(key == "path" ? "." : key == "base" ? "demo" : needed.Contains("path") && !random.In(9) ? "demo" : "x" + random.Next(900))}\n"));
        return random.In(90) ? $"  - {{{string.Join(", ", needed.Select(key => $"{key}: demo"))}}}\n" : first + (needed.Contains("path") ? "" : entry);
    }

    /// <summary>What an expert may have, each at most once.</summary>
    private IEnumerable<(string Key, string Value)> Lines() => Fine.Where(_ => random.In(3)).Select(line => (line.Key, random.Of(line.Values)));

    private string Value() => random.In(10) ? random.Of(Interesting.Numbers) : random.In(20) ? Deep() : random.In(8) ? $"[{random.Join(random.Count(3, 90), ", ", () => random.Of(Values))}]" : random.Of(Values);

    private string Deep()
    {
        int depth = random.Next(2, 400);
        return random.Next(4) switch
        {
            0 => new string('[', depth) + new string(']', random.In(3) ? 0 : depth),
            1 => string.Concat(Enumerable.Repeat("{a: ", depth)) + new string('}', depth),
            2 => string.Concat(Enumerable.Repeat("- ", depth)) + "x\n",
            _ => string.Concat(Enumerable.Repeat("? ", depth)) + "x\n",
        };
    }
}
