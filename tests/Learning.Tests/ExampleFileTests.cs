using ExpertCluster.Gating;
using ExpertCluster.Learning;
using ExpertCluster.TestSupport;

namespace ExpertCluster.Learning.Tests;

public sealed class ExampleFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Read_PromptsWithAndWithoutAnswers_GivesBoth()
    {
        var examples = Read("What is a lease?\tA contract.\n\n  Who signs?  \r\n");
        Assert.Equal([new GateExample("What is a lease?", "A contract."), new GateExample("Who signs?")], examples);
    }

    [Fact]
    public void Read_TwoTabs_NamesTheLine() => Throws("fine\na\tb\tc\n", ":2: more than one tab");

    [Fact]
    public void Read_LineTooLong_NamesTheLimit() => Throws(new string('a', GateTrainingValidator.MaxLength + 1), "at most 8192");

    [Fact]
    public void Read_TooManyLines_NamesTheLimit() =>
        Throws(string.Concat(Enumerable.Repeat("a\n", GateTrainingValidator.MaxExamples + 1)), "more than 20000 examples");

    [Fact]
    public void Read_NotUtf8_SaysSo()
    {
        File.WriteAllBytes(_folder["bad.txt"], [0x61, 0xff, 0xfe]);
        Assert.Contains("not UTF-8", Assert.Throws<GateFormatException>(() => ExampleFile.Read(_folder["bad.txt"])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_MissingFile_NamesIt() =>
        Assert.Contains("none.txt", Assert.Throws<GateFormatException>(() => ExampleFile.Read(_folder["none.txt"])).Message, StringComparison.Ordinal);

    public void Dispose() => _folder.Dispose();

    private IReadOnlyList<GateExample> Read(string text)
    {
        File.WriteAllText(_folder["examples.txt"], text);
        return ExampleFile.Read(_folder["examples.txt"]);
    }

    private void Throws(string text, string part) =>
        Assert.Contains(part, Assert.Throws<GateFormatException>(() => Read(text)).Message, StringComparison.Ordinal);
}
