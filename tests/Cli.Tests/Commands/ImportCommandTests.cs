using ExpertCluster.Cli.Tests.Support;
using ExpertCluster.TestSupport;

namespace ExpertCluster.Cli.Tests.Commands;

public sealed class ImportCommandTests : IDisposable
{
    private static readonly string Base = RepositoryRoot.Combine("models", "demo", "base");

    private readonly TemporaryFolder _folder = new();
    private readonly FakeClusters _clusters = new();

    public void Dispose()
    {
        _clusters.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Import_Checkpoint_WritesABaseAndTellsItsShape()
    {
        var run = new CommandRun(_clusters, "import", Base, _folder["out"], "--quantize", "q8");

        Assert.Equal((0, ""), (await run.Code, run.Errors.ToString()));
        Assert.Matches($@"\Aimported {_folder["out"]}: \d+ layers of \d+, vocabulary \d+, context \d+\n\z", run.Output.ToString());
        Assert.NotEmpty(Directory.GetFiles(_folder["out"]));
    }

    /// <summary>Prompts need no template, so this is no failure.</summary>
    [Fact]
    public async Task Import_TemplateThatCannotBeUsed_IsTold()
    {
        Directory.CreateDirectory(_folder["base"]);
        foreach (string file in Directory.GetFiles(Base))
        {
            File.Copy(file, _folder[$"base/{Path.GetFileName(file)}"]);
        }

        await File.WriteAllTextAsync(_folder["base/chat_template.jinja"], "{% block a %}{% endblock %}", TestContext.Current.CancellationToken);

        var run = new CommandRun(_clusters, "import", _folder["base"], _folder["out"]);

        Assert.Equal(0, await run.Code);
        Assert.Equal(
            "its chat template can't be used, so that it takes prompts only: chat template, line 1, column 4: the statement {% block %} is not supported\n",
            run.Errors.ToString());
    }

    [Fact]
    public async Task Import_FolderMissing_IsOneSentence()
    {
        string line = await new CommandRun(_clusters, "import", "/nowhere/model", _folder["out"]).RefusalAsync();

        Assert.Equal("model: no such folder", line);
        Assert.False(Path.Exists(_folder["out"]));
    }

    [Fact]
    public async Task Import_OutputHoldsSomething_IsLeftAsItIs()
    {
        Directory.CreateDirectory(_folder["out"]);
        await File.WriteAllTextAsync(_folder["out/mine"], "mine", TestContext.Current.CancellationToken);

        await new CommandRun(_clusters, "import", Base, _folder["out"]).RefusalAsync();

        Assert.Equal([_folder["out/mine"]], Directory.GetFileSystemEntries(_folder["out"]));
    }

    [Theory]
    [InlineData("import")]
    [InlineData("import", "one")]
    [InlineData("import", "one", "two", "three")]
    [InlineData("import", "one", "two", "--quantize", "q2")]
    [InlineData("import", "one", "two", "--quantize")]
    public async Task Import_WrongArguments_AreRefused(params string[] arguments)
    {
        var run = new CommandRun(_clusters, arguments);

        Assert.Equal((2, ""), (await run.Code, run.Output.ToString()));
        Assert.NotEmpty(run.Errors.Lines);
    }
}
