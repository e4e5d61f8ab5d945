using System.IO.Compression;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using ExpertCluster.Cli.GateBench.Sets;
using ExpertCluster.TestSupport;

namespace ExpertCluster.Cli.Tests.GateBench.Sets;

/// <summary>models/gate-bench/make.py on a WordNet, a FOLDOC and a Bible of a few invented lines.</summary>
public sealed partial class BenchmarkScriptTests : IDisposable
{
    private const int Glosses = 90;
    private const int Everyday = 2_000;

    private readonly TemporaryFolder _folder = new();
    private readonly string[] _fields;

    public BenchmarkScriptTests()
    {
        using var fields = JsonDocument.Parse(File.ReadAllText(RepositoryRoot.Combine("models", "gate-bench", "fields.json")));
        _fields = [.. fields.RootElement.EnumerateObject().Select(f => f.Name)];
        string[] domains = [.. fields.RootElement.EnumerateObject().Select(f => f.Value.GetProperty("domains")[0].GetString()!)];
        Tool.Require("python3");
        WriteWordNet(domains);
        WriteFoldoc();
        WriteBible();
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Make_Sources_GiveABenchmarkThatIsRead()
    {
        string said = await MakeAsync("out");

        var benchmark = BenchmarkFolder.Load(_folder["out"]);
        Assert.Equal(_fields.Order(StringComparer.Ordinal), benchmark.Fields.Select(f => f.Name).Order(StringComparer.Ordinal));
        Assert.All(benchmark.Fields, f => Assert.Equal((50, 5), (f.Examples.Count, f.Keywords.Count)));
        Assert.Equal(
            ["glosses", "typos", "case", "preamble", "behind 600", "FOLDOC", "Bible", "no field", "everyday", "greetings"], benchmark.Sets.Select(s => s.Name));
        Assert.Contains($"{_fields.Length} fields, ", said, StringComparison.Ordinal);
        Assert.Equal((300, 300), (Set(benchmark, "no field").Count, Set(benchmark, "everyday").Count));
    }

    [Fact]
    public async Task Make_Glosses_HaveNoBracketNothingTaughtAndNothingOfTwoFields()
    {
        await MakeAsync("out");

        var benchmark = BenchmarkFolder.Load(_folder["out"]);
        string[] taught = [.. benchmark.Fields.SelectMany(f => f.Examples)];
        string[] tested = [.. Set(benchmark, "glosses").Select(t => t.Text)];
        Assert.Empty(taught.Intersect(tested));
        Assert.DoesNotContain(taught.Concat(tested), t => t.StartsWith('('));
        Assert.DoesNotContain("of two fields", taught.Concat(tested));

        // Each gloss has a twin that shares ten words of eleven with it: never one that teaches and one that tests.
        var numbers = taught.Select(t => t.Split(' ')[0]).ToHashSet(StringComparer.Ordinal);
        Assert.NotEmpty(tested);
        Assert.DoesNotContain(tested, t => numbers.Contains(t.Split(' ')[0]));
        Assert.DoesNotContain(Set(benchmark, "no field"), t => t.Text.StartsWith("below", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Make_OtherSources_AreReadAsTheyAreKept()
    {
        await MakeAsync("out");

        var benchmark = BenchmarkFolder.Load(_folder["out"]);
        Assert.Equal(
            [new BenchText("A program that turns source text into another program, often one for a real machine.", "computing")], Set(benchmark, "FOLDOC"));
        Assert.Equal(
            ["And the second verse stands in a window of its own, and is read from there.", "In the beginning there was a verse that is long enough to be taken."],
            Set(benchmark, "Bible").Select(t => t.Text).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Make_PerturbedTexts_AreThoseOfTheSameLine()
    {
        await MakeAsync("out");

        var benchmark = BenchmarkFolder.Load(_folder["out"]);
        foreach (var (i, text) in Set(benchmark, "glosses").Index())
        {
            Assert.NotEqual(text.Text, Set(benchmark, "typos")[i].Text);
            Assert.Equal(text.Text, Set(benchmark, "case")[i].Text, ignoreCase: true);
            Assert.Contains(text.Text, Set(benchmark, "preamble")[i].Text, StringComparison.Ordinal);
            Assert.Equal(text.Field, Set(benchmark, "typos")[i].Field);
        }

        foreach (var text in Set(benchmark, "behind 600"))
        {
            var plain = Set(benchmark, "glosses").Single(t => text.Text.EndsWith($" {t.Text}", StringComparison.Ordinal));
            Assert.Equal(plain.Field, text.Field);
            Assert.InRange(text.Text.Length - plain.Text.Length, 600, 800);
        }
    }

    [Fact]
    public async Task Make_LinesInAnotherOrder_GiveTheSameBytes()
    {
        await MakeAsync("one");
        string nouns = _folder["wordnet/data.noun"];
        File.WriteAllLines(nouns, File.ReadAllLines(nouns).Reverse());

        await MakeAsync("two");

        foreach (string file in Directory.GetFiles(_folder["one"]).Select(Path.GetFileName).OfType<string>())
        {
            Assert.Equal(File.ReadAllText(_folder[$"one/{file}"]), File.ReadAllText(_folder[$"two/{file}"]));
        }
    }

    [Fact]
    public async Task Make_FieldWithTooFewGlosses_IsRefusedByName()
    {
        string nouns = _folder["wordnet/data.noun"];
        File.WriteAllLines(nouns, File.ReadAllLines(nouns).Where(l => !CookedPattern().IsMatch(l)));

        var (code, _, errors) = await TryMakeAsync("out");

        Assert.Equal((1, "cooking has 78 glosses; at least 80 are needed\n"), (code, errors));
    }

    private static IReadOnlyList<BenchText> Set(GateBenchmark benchmark, string name) => benchmark.Sets.Single(s => s.Name == name).Texts;

    private async Task<string> MakeAsync(string name)
    {
        var (code, output, errors) = await TryMakeAsync(name);
        Assert.Equal((0, ""), (code, errors));
        return output;
    }

    private Task<(int Code, string Output, string Errors)> TryMakeAsync(string name) => Tool.TryAsync(
        "python3",
        [
            "-B", RepositoryRoot.Combine("models", "gate-bench", "make.py"), _folder[name],
            "--wordnet", _folder["wordnet"], "--foldoc", _folder["foldoc.dict.dz"], "--bible", _folder["bible.data"],
        ],
        cancellationToken: TestContext.Current.CancellationToken);

    /// <summary>wndb(5WN): a domain each field, its glosses, one of two fields, glosses below one that has a domain, and those of none.</summary>
    private void WriteWordNet(string[] domains)
    {
        List<string> lines = ["  1 A licence stands before the data."];
        int offset = 100;
        string Line(int lexicographer, string word, string pointers, string gloss) =>
            string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{offset++:00000000} {lexicographer:00} n 01 {word} 0 {pointers} | {gloss}  ");
        lines.AddRange(domains.Select(d => Line(9, d, "000", $"what {d} is")));
        for (int field = 0; field < domains.Length; field++)
        {
            for (int i = 0; i < Glosses; i++)
            {
                string text = i == 0 ? "of two fields" : string.Join(' ', Enumerable.Range(0, 10).Select(word => Word(field, i / 2, word))) + (i % 2 == 0 ? " again" : "");
                lines.Add(Line(4, "word", $"001 ;c {100 + field:00000000} n 0000", $"({domains[field]}) (again) {text}"));
            }
        }

        int last = offset - 1;
        lines.Add(Line(4, "word", $"001 @ {last:00000000} n 0000", "below one that has a domain"));
        for (int i = 0; i < Everyday; i++)
        {
            lines.Add(Line(i % 5 == 0 ? 6 : 20, "word", "000", $"(rare) nobody's thing {i}"));
        }

        Directory.CreateDirectory(_folder["wordnet"]);
        File.WriteAllLines(_folder["wordnet/data.noun"], lines);
        foreach (string part in (string[])["verb", "adj", "adv"])
        {
            File.WriteAllText(_folder[$"wordnet/data.{part}"], "  1 A licence.\n");
        }
    }

    private void WriteFoldoc()
    {
        using GZipStream file = new(File.Create(_folder["foldoc.dict.dz"]), CompressionLevel.Fastest);
        file.Write(Encoding.UTF8.GetBytes(
            """
            compiler

               <programming, tool> A {program} that turns source text into
               another program, often one for a real machine.

               A second paragraph is not taken.

            Ada Lovelace

               <person> Somebody who wrote a program before there was a machine that could run it.

            short

               <programming> Too short.

            """));
    }

    /// <summary>A header of 0x58 bytes, how many windows there are, where each begins behind its magic, and the windows: LZW of literals alone.</summary>
    private void WriteBible()
    {
        byte[][] windows =
        [
            Literals("Holy Bible.\nGe1:1 In the beginning there was a verse that is long enough to be taken.\n"),
            Literals("1Ch1:2 And the second verse stands in a window of its own, and is read from there.\nGe1:3 Short.\n"),
        ];
        using FileStream file = new(_folder["bible.data"], FileMode.CreateNew, FileAccess.Write);
        file.Write(new byte[0x58]);
        int start = 0x58 + (4 * (windows.Length + 2)) + 3;
        foreach (int number in (int[])[windows.Length, start, start + windows[0].Length, start + windows.Sum(w => w.Length)])
        {
            file.Write([(byte)(number >> 24), (byte)(number >> 16), (byte)(number >> 8), (byte)number]);
        }

        file.Write([0x1f, 0x9d, 0x90]);
        Array.ForEach(windows, w => file.Write(w));
    }

    /// <summary>Codes of nine bits, the low ones first: fewer than 256, so that the codes stay that wide.</summary>
    private static byte[] Literals(string text)
    {
        List<byte> packed = [];
        int bits = 0;
        int held = 0;
        foreach (char letter in text)
        {
            bits |= letter << held;
            for (held += 9; held >= 8; held -= 8)
            {
                packed.Add((byte)bits);
                bits >>= 8;
            }
        }

        packed.Add((byte)bits);
        return [.. packed];
    }

    /// <summary>Letters alone: a word of its own for each of the numbers.</summary>
    private static string Word(int field, int gloss, int word) =>
        string.Concat("word", string.Concat(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{field:00}{gloss:00}{word}").Select(d => (char)('a' + (d - '0')))));

    /// <summary>The first twelve glosses of cooking: 78 are left.</summary>
    [GeneratedRegex(@"\(cooking\) \(again\) (of two|word..a[a-f])")]
    private static partial Regex CookedPattern();
}
