using System.CommandLine;
using ExpertCluster.CommandLine;

namespace ExpertCluster.Load.Tests;

public sealed class LoadCommandTests
{
    [Theory]
    [InlineData("--rate", "0", "a number from 0.001 to 100000")]
    [InlineData("--rate", "-1", "a number from 0.001 to 100000")]
    [InlineData("--rate", "NaN", "a number from 0.001 to 100000")]
    [InlineData("--rate", "many", "a number from 0.001 to 100000")]
    [InlineData("--seconds", "0", "a number from 0.001 to 86400")]
    [InlineData("--seconds", "1e300", "a number from 0.001 to 86400")]
    [InlineData("--warmup", "-1", "a number from 0 to 86400")]
    [InlineData("--zipf", "-0.5", "a number from 0 to 100")]
    [InlineData("--auto", "1.5", "a number from 0 to 1")]
    [InlineData("--max-tokens", "0", "a whole number from 1 to 1000000")]
    [InlineData("--max-tokens", "2.5", "a whole number from 1 to 1000000")]
    [InlineData("--most-open", "-4", "a whole number from 1 to 1000000")]
    [InlineData("--ttft-limit", "0", "a number from 0.001 to 86400000")]
    [InlineData("--gap-limit", "Infinity", "a number from 0.001 to 86400000")]
    [InlineData("--seed", "9999999999", "a whole number from -2147483648 to 2147483647")]
    public async Task Run_NumberOutsideOfItsLimits_IsTwoAndOneSentence(string option, string value, string limits) =>
        Assert.Equal((2, $"{option} is '{value}'; it must be {limits}\n"), await RunAsync(option, value));

    [Fact]
    public async Task Run_AddressThatIsNone_IsTwoAndOneSentence()
    {
        var (code, errors) = await RunAsync("--grpc", "here");

        Assert.Equal(2, code);
        Assert.StartsWith("--grpc: 'here' is no address", errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("2", "2")]
    [InlineData("3", "2")]
    public async Task Run_WarmupAsLongAsTheRun_IsRefused(string warmup, string seconds) =>
        Assert.Equal((2, "--warmup must be shorter than --seconds: nothing would be counted\n"), await RunAsync("--warmup", warmup, "--seconds", seconds));

    [Fact]
    public async Task Run_PromptsMissing_IsTwoAndNamesThem()
    {
        var (code, errors) = await RunAsync("--prompts", "/nowhere/prompts.txt");

        Assert.Equal(2, code);
        Assert.Contains("/nowhere/prompts.txt", Assert.Single(errors.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_NoRouter_IsTwoAndOneSentence()
    {
        // The discard port: nobody listens there.
        var (code, errors) = await RunAsync("--grpc", "http://127.0.0.1:9");

        Assert.Equal(2, code);
        Assert.StartsWith("the router could not be asked: Unavailable, ", Assert.Single(errors.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
    }

    [Fact]
    public void Explain_FailureOfOurs_IsNull() => Assert.Null(LoadCommand.Explain(new InvalidOperationException("a bug")));

    private static async Task<(int Code, string Errors)> RunAsync(params string[] arguments)
    {
        await using var errors = new StringWriter();
        int code = await CommandProgram.RunAsync(
            LoadCommand.Create(),
            arguments,
            LoadCommand.Explain,
            new InvocationConfiguration { Output = TextWriter.Null, Error = errors },
            TestContext.Current.CancellationToken);
        return (code, errors.ToString());
    }
}
