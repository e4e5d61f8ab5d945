using ExpertCluster.Node.Settings;
using ExpertCluster.Node.Tests.Support;
using ExpertCluster.Router.Options;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace ExpertCluster.Router.Tests.Options;

public sealed class PolicyOptionsValidatorTests
{
    [Theory]
    [InlineData(-1000, true)]
    [InlineData(1000, true)]
    [InlineData(-1000.1, false)]
    [InlineData(1000.1, false)]
    [InlineData(double.NaN, false)]
    public void Validate_WeightOfAScorer_HasARange(double weight, bool allowed) => Assert.Equal(
        allowed ? 0 : 1,
        SettingFailures.Of(Weighing(weight), new PolicyOptionsValidator()).Count);

    [Fact]
    public void Validate_Defaults_AreFine() => Assert.Empty(SettingFailures.Of(new PolicyOptions(), new PolicyOptionsValidator()));

    [Fact]
    public void Validate_WeightBeyondTheRange_IsNamed() => Assert.Equal(
        ["ExpertCluster:Policies:HostScorers has load 2000; each must be -1000 to 1000"],
        SettingFailures.Of(Weighing(2000), new PolicyOptionsValidator()));

    [Fact]
    public void Read_ListAndTable_AreTaken()
    {
        var options = Read(("HostFilters:0", "uncrowded"), ("HostScorers:prompt", "2"), ("HostScorers:load", "-1.5"));

        Assert.Equal(["uncrowded"], options.FiltersInUse);
        Assert.Equal(new Dictionary<string, double> { ["prompt"] = 2, ["load"] = -1.5 }, options.ScorersInUse);
    }

    [Theory]
    [InlineData("HostScorers:prompt", "much", "HostScorers:prompt is 'much'; it must be a number")]
    [InlineData("HostScorers", "prompt", "HostScorers is a table; name what stands in it: ExpertCluster:Policies:HostScorers:NAME")]
    [InlineData("HostScorer:prompt", "1", "HostScorer:prompt is no setting; did you mean HostScorers?")]
    [InlineData("HostFilters:first", "x", "HostFilters:first is no setting; did you mean HostFilters?")]
    public void Read_Wrong_IsNamed(string key, string value, string sentence) => Assert.Equal(
        "ExpertCluster:Policies:" + sentence, Assert.Single(Assert.Throws<OptionsValidationException>(() => Read((key, value))).Failures));

    private static PolicyOptions Weighing(double weight) => new() { HostScorers = new Dictionary<string, double> { ["prompt"] = 1, ["load"] = weight } };

    private static PolicyOptions Read(params (string Key, string Value)[] settings) => new SettingsReader()
        .Add(new PolicyOptionsValidator())
        .Read(
            new ConfigurationBuilder().AddInMemoryCollection(settings.Select(s => KeyValuePair.Create($"ExpertCluster:Policies:{s.Key}", (string?)s.Value))).Build(),
            new ServiceCollection())
        .Get<PolicyOptions>();
}
