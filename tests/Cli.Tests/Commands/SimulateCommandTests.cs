using System.Text.Json;
using ExpertCluster.Cli.Tests.Support;

namespace ExpertCluster.Cli.Tests.Commands;

public sealed class SimulateCommandTests
{
    private static readonly string[] Small = ["simulate", "--hosts", "4", "--experts", "20", "--bases", "2", "--minutes", "1", "--warmup-minutes", "0", "--rate", "2"];

    [Fact]
    public async Task Simulate_Table_HasAColumnAStrategy()
    {
        var run = Run([.. Small, "--compare"]);

        Assert.Equal(0, await run.Code);
        Assert.StartsWith("| | product | round-robin | least-loaded | best |\n|---|---:|---:|---:|---|\n", run.Output.ToString(), StringComparison.Ordinal);
        Assert.Contains("| refused | 0 | 0 | 0 | alike |\n", run.Output.ToString(), StringComparison.Ordinal);
        Assert.Equal("", run.Errors.ToString());
    }

    [Theory]
    [InlineData("product")]
    [InlineData("round-robin")]
    [InlineData("least-loaded")]
    public async Task Simulate_Json_HasOptionsAndResults(string strategy)
    {
        var run = Run([.. Small, "--strategy", strategy, "--json", "--seed", "7", "--slots", "9", "--scorer", "load=0.5"]);

        Assert.Equal(0, await run.Code);
        using var json = JsonDocument.Parse(run.Output.ToString());
        var options = json.RootElement.GetProperty("options");
        Assert.Equal((7, 9), (options.GetProperty("seed").GetInt32(), options.GetProperty("figures").GetProperty("slots").GetInt32()));
        var result = Assert.Single(json.RootElement.GetProperty("results").EnumerateArray());
        Assert.Equal(strategy, result.GetProperty("strategy").GetString());
        Assert.True(result.GetProperty("completed").GetInt64() > 0);
    }

    [Fact]
    public async Task Simulate_Size_EndsWithTheNumberOfHosts()
    {
        var run = Run([.. Small, "--size", "--target-ms", "5000"]);

        Assert.Equal(0, await run.Code);
        Assert.Matches(@"\n[2-9] hosts serve 2 requests a second with the first token within 5000 ms for 99 of 100\.\n$", run.Output.ToString());
    }

    [Fact]
    public async Task Simulate_SizeThatIsNotEnough_SaysSoAndFails()
    {
        var run = Run([.. Small, "--size", "--target-ms", "1", "--most-hosts", "3"]);

        Assert.Equal(1, await run.Code);
        Assert.EndsWith("3 hosts do not serve 2 requests a second with the first token within 1 ms for 99 of 100.", run.Output.ToString().TrimEnd(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--hosts", "0", "--hosts is '0'; it must be a whole number from 1 to 10000")]
    [InlineData("--experts", "1e9", "--experts is '1e9'; it must be a whole number from 1 to 100000")]
    [InlineData("--rate", "NaN", "--rate is 'NaN'; it must be a number from 0.001 to 100000")]
    [InlineData("--rate", "-1", "--rate is '-1'; it must be a number from 0.001 to 100000")]
    [InlineData("--zipf", "6", "--zipf is '6'; it must be a number from 0 to 5")]
    [InlineData("--minutes", "a day", "--minutes is 'a day'; it must be a number from 0.1 to 10080")]
    [InlineData("--seed", "2147483647", "--seed is '2147483647'; it must be a whole number from 0 to 2147483645")]
    [InlineData("--tokens-8", "0", "--tokens-8 is '0'; it must be a number from 0.1 to 1000000000")]
    [InlineData("--target-ms", "0", "--target-ms is '0'; it must be a number from 1 to 3600000")]
    [InlineData("--min-replicas", "33", "--min-replicas is 33; it must be at most --max-replicas, 32")]
    [InlineData("--bases", "999", "--bases is 999; it must be at most --experts, 20")]
    [InlineData("--scorer", "load", "--scorer is 'load'; it must be NAME=WEIGHT with a weight from -1000 to 1000")]
    [InlineData("--scorer", "load=NaN", "--scorer is 'load=NaN'; it must be NAME=WEIGHT with a weight from -1000 to 1000")]
    [InlineData("--scorer", "luck=1", "ExpertCluster:Policies:HostScorers is luck; known are prompt, load, warm")]
    [InlineData("--strategy", "luck", "--strategy is 'luck'; it must be product, round-robin or least-loaded")]
    [InlineData("--percentile", "98", "--percentile is '98'; it must be 50, 90 or 99")]
    [InlineData("--percentile", "most", "--percentile is 'most'; it must be 50, 90 or 99")]
    [InlineData("--filter", "luck", "ExpertCluster:Policies:HostFilters is luck; known are base, open, labels, answering, uncrowded")]
    public async Task Simulate_OptionOutOfItsLimits_IsRefused(string option, string value, string expected) =>
        Assert.Equal(expected, await Run([.. Small.Where((_, i) => !IsOrFollows(option, i)), option, value]).RefusalAsync());

    private static bool IsOrFollows(string option, int index) => Small[index] == option || (index > 0 && Small[index - 1] == option);

    private static CommandRun Run(string[] arguments) => new(new FakeClusters(), arguments);
}
