using System.Text;
using ExpertCluster.Inference.Text;

namespace ExpertCluster.Inference.Tests.Text;

public sealed class StopScannerTests
{
    [Fact]
    public void Append_StartOfAStop_IsHeldBackAndReleasedWhenItIsNone()
    {
        var scanner = new StopScanner(["</end>"]);

        Assert.Equal("a", scanner.Append("a<"));
        Assert.Equal("", scanner.Append("/e"));
        Assert.Equal("</ex<", scanner.Append("x<<"));
        Assert.Equal("<", scanner.Flush());
        Assert.False(scanner.Stopped);
    }

    [Fact]
    public void Append_StopAcrossPieces_GivesTheTextBeforeIt()
    {
        var scanner = new StopScanner(["</end>"]);

        string text = scanner.Append("one <") + scanner.Append("/en") + scanner.Append("d> two");

        Assert.Equal("one ", text);
        Assert.True(scanner.Stopped);
        Assert.Equal("", scanner.Flush());
    }

    [Fact]
    public void Append_TwoStopsEndTogether_TheLongerCounts()
    {
        var scanner = new StopScanner(["b", "ab"]);

        Assert.Equal("x", scanner.Append("xab"));
        Assert.Equal("ab", scanner.Found);
    }

    /// <summary>Against the definition, for random texts, stops and cuts over a small alphabet with a surrogate pair.</summary>
    [Fact]
    public void Append_AnyCutting_GivesTheSameText()
    {
        var random = new Random(7);
        int stopped = 0;
        for (int trial = 0; trial < 3000; trial++)
        {
            string[] stops = Enumerable.Range(0, random.Next(1, 4)).Select(_ => Word(random, 1, 4)).ToArray();
            string text = Word(random, 0, 20);
            var scanner = new StopScanner(stops);
            var output = new StringBuilder();
            for (int at = 0; at < text.Length && !scanner.Stopped;)
            {
                int length = Math.Min(random.Next(0, 5), text.Length - at);
                output.Append(scanner.Append(text.Substring(at, length)));
                at += length;
            }

            string? expected = Expected(text, stops);
            Assert.Equal(expected is not null, scanner.Stopped);
            Assert.Equal(expected ?? text, output + (scanner.Stopped ? "" : scanner.Flush()));
            stopped += scanner.Stopped ? 1 : 0;
        }

        Assert.InRange(stopped, 500, 2900);
    }

    private static string Word(Random random, int least, int most) =>
        string.Concat(Enumerable.Range(0, random.Next(least, most)).Select(_ => random.Next(4) switch { 0 => "a", 1 => "b", 2 => "c", _ => "😀" }));

    /// <summary>The text before the stop that is complete first, the longest of those; null where there is none.</summary>
    private static string? Expected(string text, string[] stops)
    {
        for (int end = 1; end <= text.Length; end++)
        {
            string? complete = stops.Where(stop => text[..end].EndsWith(stop, StringComparison.Ordinal)).MaxBy(stop => stop.Length);
            if (complete is not null)
            {
                return text[..(end - complete.Length)];
            }
        }

        return null;
    }
}
