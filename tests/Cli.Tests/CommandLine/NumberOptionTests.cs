using System.CommandLine;
using ExpertCluster.CommandLine;

namespace ExpertCluster.Cli.Tests.CommandLine;

public sealed class NumberOptionTests
{
    [Theory]
    [InlineData("1")]
    [InlineData("16")]
    [InlineData("+3")]
    public void Range_NumberWithin_IsTaken(string text) => Assert.Empty(Parse(Whole(), text).Errors);

    [Theory]
    [InlineData("0")]
    [InlineData("17")]
    [InlineData("-1")]
    [InlineData("2.5")]
    [InlineData("1e1")]
    [InlineData("abc")]
    [InlineData("")]
    [InlineData("99999999999999999999")]
    public void Range_AnythingElse_IsOneErrorWithNameValueAndLimits(string text) => Assert.Equal(
        $"--n is '{text}'; it must be a whole number from 1 to 16", Assert.Single(Parse(Whole(), text).Errors).Message);

    [Theory]
    [InlineData("NaN")]
    [InlineData("Infinity")]
    [InlineData("1e999")]
    [InlineData("-0.1")]
    [InlineData("1.1")]
    [InlineData("half")]
    public void Range_Fraction_IsHeldToo(string text)
    {
        Option<double> option = new("--share");
        NumberOption.Range(option, 0.0, 1.0);

        Assert.Equal($"--share is '{text}'; it must be a number from 0 to 1", Assert.Single(Parse(option, text).Errors).Message);
    }

    [Fact]
    public void Range_Fraction_IsTaken()
    {
        Option<double> option = new("--share");
        NumberOption.Range(option, 0.0, 1.0);

        Assert.Equal(0.25, Parse(option, "0.25").GetValue(option));
    }

    [Fact]
    public void Range_List_EachIsHeld()
    {
        Option<int[]> option = new("--streams") { AllowMultipleArgumentsPerToken = true };
        NumberOption.Range(option, 1, 16);

        Assert.Equal([1, 16], Parse(option, "1", "16").GetValue(option)!);
        Assert.Equal("--streams is '17'; it must be a whole number from 1 to 16", Assert.Single(Parse(option, "1", "17").Errors).Message);
    }

    [Fact]
    public void Range_OptionalNumber_MayBeAbsent()
    {
        Option<int?> option = new("--process");
        NumberOption.Range(option, 1, 16);

        Assert.Null(new RootCommand { option }.Parse([]).GetValue(option));
        Assert.Single(Parse(option, "0").Errors);
    }

    private static Option<int> Whole()
    {
        Option<int> option = new("--n");
        NumberOption.Range(option, 1, 16);
        return option;
    }

    private static ParseResult Parse(Option option, params string[] values) => new RootCommand { option }.Parse([option.Name, .. values]);
}
