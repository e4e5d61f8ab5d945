using ExpertCluster.Cli.Evaluation.Texts;
using ExpertCluster.TestSupport;

namespace ExpertCluster.Cli.Tests.Evaluation.Texts;

public sealed class TextCaseTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Load_TextsOfOneFieldAndOfSeveral()
    {
        var cases = Load("""
            {"text": "ab", "spans": [{"domain": "law", "chars": 2}]}
            {"text": "abc", "spans": [{"domain": "law", "chars": 1}, {"domain": "tax", "chars": 2}]}
            """);

        Assert.Equal(["law", null], cases.Select(c => c.Domain));
    }

    [Theory]
    [InlineData("{\"text\": \"a\"}")]
    [InlineData("{\"text\": \"a\", \"spans\": []}")]
    [InlineData("{\"text\": \"\", \"spans\": [{\"domain\": \"law\", \"chars\": 0}]}")]
    [InlineData("no")]
    public void Load_WhatIsNoText_IsRefusedByItsLine(string line)
    {
        var error = Assert.Throws<InvalidDataException>(() => Load("""{"text": "a", "spans": [{"domain": "law", "chars": 1}]}""" + "\n" + line));

        Assert.Contains("texts.jsonl:2: not a text with its spans", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void RealZoo_SpansAreTheirTexts()
    {
        foreach (string set in new[] { "fields", "mixed", "general" })
        {
            var cases = TextCase.Load(RepositoryRoot.Combine("models", "real", "eval", $"{set}.jsonl"));
            Assert.All(cases, c => Assert.Equal(c.Text.Length, c.Spans.Sum(s => s.Chars)));
        }
    }

    private IReadOnlyList<TextCase> Load(string lines)
    {
        File.WriteAllText(_folder["texts.jsonl"], lines);
        return TextCase.Load(_folder["texts.jsonl"]);
    }
}
