using ExpertCluster.Cli.Evaluation;
using ExpertCluster.TestSupport;

namespace ExpertCluster.Cli.Tests.Evaluation;

public sealed class EvalSetTests : IDisposable
{
    private const string Case = """{"prompt":"Who?","answer":"She.","domains":["law"]}""";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Load_Cases_AreRead()
    {
        var cases = Load($"{Case}\n{Case[..^1]},\"halves\":[\"She\",\".\"]}}\n");

        Assert.Equal(("Who?", "She."), (cases[0].Prompt, cases[0].Answer));
        Assert.Equal(["law"], cases[0].Domains);
        Assert.Null(cases[0].Halves);
        Assert.Equal(["She", "."], cases[1].Halves);
    }

    [Fact]
    public void Load_History_IsRead()
    {
        var cases = Load($"{Case[..^1]},\"history\":[{{\"role\":\"user\",\"content\":\"Hi.\"}},{{\"role\":\"assistant\",\"content\":\"Hello.\"}}]}}\n{Case}\n");

        Assert.Equal([new EvalTurn("user", "Hi."), new EvalTurn("assistant", "Hello.")], cases[0].History);
        Assert.Null(cases[1].History);
    }

    [Theory]
    [InlineData("no json", 2)]
    [InlineData("null", 2)]
    [InlineData("""{"prompt":"Who?","domains":["law"]}""", 2)]
    [InlineData("""{"prompt":null,"answer":"She.","domains":["law"]}""", 2)]
    [InlineData("""{"prompt":"Who?","answer":"She.","domains":[]}""", 2)]
    [InlineData("""{"prompt":"Who?","answer":"She.","domains":["law"],"history":[{"role":"system","content":"Hi."}]}""", 2)]
    [InlineData("""{"prompt":"Who?","answer":"She.","domains":["law"],"history":[{"role":"user"}]}""", 2)]
    [InlineData("""{"prompt":"Who?","answer":"She.","domains":["law"],"history":[null]}""", 2)]
    [InlineData("", 2)]
    public void Load_LineThatIsNoCase_NamesFileAndLine(string line, int number)
    {
        var error = Assert.Throws<InvalidDataException>(() => Load($"{Case}\n{line}\n{Case}\n"));

        Assert.StartsWith($"{_folder["set.jsonl"]}:{number}: not a case: ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_EmptyFile_IsRefused()
    {
        var error = Assert.Throws<InvalidDataException>(() => Load(""));

        Assert.Equal($"{_folder["set.jsonl"]} has no cases", error.Message);
    }

    private IReadOnlyList<EvalCase> Load(string text)
    {
        File.WriteAllText(_folder["set.jsonl"], text);
        return EvalSet.Load(_folder["set.jsonl"]);
    }
}
