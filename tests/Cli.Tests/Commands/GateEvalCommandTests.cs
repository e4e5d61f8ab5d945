using ExpertCluster.Cli.GateBench.Reports;
using ExpertCluster.Cli.Tests.Support;
using ExpertCluster.TestSupport;

namespace ExpertCluster.Cli.Tests.Commands;

public sealed class GateEvalCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public GateEvalCommandTests() => SmallBenchmark.Write(_folder.Path);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task EvalGate_SmallBenchmark_WritesATableALessonIntoTheDocument()
    {
        string document = _folder["routing.md"];
        await File.WriteAllTextAsync(document, $"prose\n{MarkedText.BeginOf(MarkedText.Gate)}\nold\n{MarkedText.EndOf(MarkedText.Gate)}\n", TestContext.Current.CancellationToken);

        var run = Run("--kinds", "majority,tf-idf", "--limit", "20", "--write", document);

        Assert.Equal(0, await run.Code);
        string written = await File.ReadAllTextAsync(document, TestContext.Current.CancellationToken);
        Assert.StartsWith($"prose\n{MarkedText.BeginOf(MarkedText.Gate)}\n\n### 20 examples a field\n\n| | majority | tf-idf |\n", written, StringComparison.Ordinal);
        Assert.Equal(
            ["### 20 examples a field", "### 50 examples a field", "### One sentence a field", "### Five keywords a field", "### The demo's own sets"],
            written.Split('\n').Where(l => l.StartsWith('#')));
        Assert.Matches(@"\n\| first choice \| 0\.50 ±0\.\d\d \| 1\.00 ±0\.00 \|\n", written);
        Assert.DoesNotContain("old", written, StringComparison.Ordinal);
        Assert.Contains("### The demo's own sets\n", run.Output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task EvalGate_NoSentenceModels_MeasuresTheOthers()
    {
        var run = Run("--limit", "1", "--kinds", "majority", "--encoders", _folder["none"]);

        Assert.Equal(0, await run.Code);
        Assert.StartsWith("### 20 examples a field\n\n| | majority |\n", run.Output.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--kinds has 'bert'; there are majority, tf-idf, n-grams", "--kinds", "bert")]
    [InlineData("--limit is '0'; it must be a whole number from 1 to 2147483647", "--limit", "0")]
    public async Task EvalGate_WhatThereIsNot_IsRefused(string line, params string[] options) =>
        Assert.Equal(line, await Run([.. options, "--encoders", _folder["none"]]).RefusalAsync());

    [Fact]
    public async Task EvalGate_DocumentWithoutPlace_IsRefusedBeforeAnythingIsMeasured()
    {
        await File.WriteAllTextAsync(_folder["routing.md"], "prose\n", TestContext.Current.CancellationToken);

        Assert.StartsWith($"{_folder["routing.md"]} has no place for the tables", await Run("--write", _folder["routing.md"]).RefusalAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task EvalGate_NoBenchmark_IsRefusedByItsFile() =>
        Assert.Contains("about.json", await new CommandRun(new FakeClusters(), "eval", "gate", "--bench", _folder["none"]).RefusalAsync(), StringComparison.Ordinal);

    private CommandRun Run(params string[] options) => new(new FakeClusters(), ["eval", "gate", "--bench", _folder.Path, .. options]);
}
