using ExpertCluster.Gating.Features;

namespace ExpertCluster.Gating.Tests.Features;

public sealed class TextSentencesTests
{
    [Theory]
    [InlineData("One sentence without an end", new[] { "One sentence without an end" })]
    [InlineData("How is the weather today? What is a lease worth?", new[] { "How is the weather today?", " What is a lease worth?" })]
    [InlineData("Hi! What is a lease worth?", new[] { "Hi! What is a lease worth?" })]
    [InlineData("What is a lease worth? Ok.", new[] { "What is a lease worth? Ok." })]
    [InlineData("Version 3.5 of the e.g.-rule is here", new[] { "Version 3.5 of the e.g.-rule is here" })]
    [InlineData("今日はとても天気がいいですね、散歩に行きましょう。契約書の期限はいつまでになっていますか、教えて。", new[] { "今日はとても天気がいいですね、散歩に行きましょう。", "契約書の期限はいつまでになっていますか、教えて。" })]
    [InlineData("", new[] { "" })]
    [InlineData("   \n ", new[] { "" })]
    public void Split_Text_GivesItsSentences(string text, string[] expected) => Assert.Equal(expected, Split(text));

    [Theory]
    [InlineData(2_000)]
    [InlineData(100_000)]
    [InlineData(1_000_000)]
    public void Split_LongText_GivesFewOfBoundedLength(int length)
    {
        string[] texts = [new string('x', length), new string(' ', length), new string('.', length), string.Concat(Enumerable.Repeat("Word after word. ", length / 17)), string.Concat(Enumerable.Repeat("word ", length / 5))];
        foreach (string text in texts)
        {
            string[] parts = Split(text);
            Assert.InRange(parts.Length, 1, TextSentences.Most);
            Assert.All(parts, p => Assert.InRange(p.Length, 0, TextWindow.Head + TextWindow.Tail));
        }
    }

    [Fact]
    public void Split_LongTextOfSentences_ReadsItsEnd()
    {
        string text = string.Concat(Enumerable.Repeat("The weather was fine that day. ", 10_000)) + "What is a lease worth?";
        Assert.Contains("What is a lease worth?", Split(text)[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void Split_RandomUnits_LosesNothingButBlanks()
    {
        Random random = new(1);
        for (int i = 0; i < 500; i++)
        {
            string text = string.Concat(Enumerable.Range(0, random.Next(900)).Select(_ => " .?!a\n\uD83D\uDE00b"[random.Next(9)]));
            Assert.Equal(string.Concat(text.Where(c => !char.IsWhiteSpace(c))), string.Concat(Split(text).SelectMany(p => p).Where(c => !char.IsWhiteSpace(c))));
        }
    }

    private static string[] Split(string text)
    {
        var ranges = new Range[TextSentences.Most];
        int count = TextSentences.Split(text, ranges);
        return [.. ranges[..count].Select(r => text[r])];
    }
}
