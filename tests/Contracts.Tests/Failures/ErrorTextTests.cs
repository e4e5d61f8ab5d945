using ExpertCluster.Contracts.Failures;

namespace ExpertCluster.Contracts.Tests.Failures;

public sealed class ErrorTextTests
{
    [Theory]
    [InlineData("prompt is empty", "prompt is empty")]
    [InlineData("", "")]
    [InlineData("é 中 \U0001F600 e\u0301", "é 中 \U0001F600 e\u0301")]
    [InlineData("a\nb\r\nc\td", "a b  c d")]
    [InlineData("a\0b", @"a\u0000b")]
    [InlineData("\u001b[31mred", @"\u001B[31mred")]
    [InlineData("a\u2028b\u2029c\u0085d", @"a\u2028b\u2029c\u0085d")]
    [InlineData("safe\u202Etxt.exe\u2066", @"safe\u202Etxt.exe\u2066")]
    [InlineData("\u007f", @"\u007F")]
    public void OneLine_AnyText_IsShownOnOneLine(string text, string shown) => Assert.Equal(shown, ErrorText.OneLine(text));

    [Fact]
    public void OneLine_HalfOfASurrogatePair_IsTheReplacementCharacter() => Assert.Equal("a\uFFFDb", ErrorText.OneLine("a\ud800b"));

    [Theory]
    [InlineData("x")]
    [InlineData("\U0001F600")]
    [InlineData("\0")]
    public void OneLine_LongText_IsCutWithinItsLimit(string part)
    {
        string shown = ErrorText.OneLine(string.Concat(Enumerable.Repeat(part, 100_000)));

        Assert.InRange(shown.Length, ErrorText.Longest, ErrorText.Longest + 10);
        Assert.EndsWith("...", shown, StringComparison.Ordinal);
        Assert.False(char.IsSurrogate(shown[^4]) && char.IsHighSurrogate(shown[^4]));
    }

    [Fact]
    public void Failure_AnyText_IsOneLine()
    {
        var failure = Failure.Invalid("extra\n", "extra.\n is NaN");

        Assert.Equal(("extra ", "extra.  is NaN"), (failure.Field, failure.Message));
        Assert.Equal("extra.  is NaN", new RequestFailedException(failure).Message);
    }

    [Fact]
    public void Failure_FieldOfAnyLength_IsCut() => Assert.Equal(new string('x', 200) + "...", Failure.Invalid(new string('x', 5000), "no").Field);

    [Fact]
    public void SetupException_AnyText_IsOneLine() => Assert.Equal("a b", new SetupException("a\nb").Message);
}
