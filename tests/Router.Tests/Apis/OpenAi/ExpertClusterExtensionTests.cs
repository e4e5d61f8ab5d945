using System.Text.Json;
using ExpertCluster.Contracts.Completions;
using ExpertCluster.Contracts.Failures;
using ExpertCluster.Router.Apis.OpenAi;

namespace ExpertCluster.Router.Tests.Apis.OpenAi;

public sealed class ExpertClusterExtensionTests
{
    [Fact]
    public void Read_Nothing_IsNoWish()
    {
        var wish = ExpertClusterExtension.Read(Fields("{}"));

        Assert.Equal((null, MergeScope.Unspecified, null, 0), (wish.Name, wish.Scope, wish.K, wish.Experts.Count));
        Assert.Empty(ExpertClusterExtension.ReadSampling(Fields("{}")));
    }

    [Fact]
    public void Read_Everything_IsKept()
    {
        var fields = Fields("""{"merge": "second", "k": 3, "scope": "token", "generalist_weight": 0.5, "hysteresis": 0.1, "experts": [{"name": "law", "weight": 2}, {"name": "tax"}], "sampling": {"top_n_sigma": 1.5, "other": -1}}""");

        var wish = ExpertClusterExtension.Read(fields);

        Assert.Equal(("second", MergeScope.Token, 3), (wish.Name, wish.Scope, wish.K));
        Assert.Equal((0.5, 0.1), (wish.GeneralistWeight, wish.Hysteresis));
        Assert.Equal([new("law", 2), new("tax", 0)], wish.Experts);
        Assert.Equal([("other", -1), ("top_n_sigma", 1.5)], ExpertClusterExtension.ReadSampling(fields).Select(e => (e.Key, e.Value)).Order());
    }

    [Fact]
    public void ReadRouting_Everything_IsKept()
    {
        var wish = ExpertClusterExtension.ReadRouting(Fields("""{"routing": {"allow": ["law", "tax"], "deny": ["code"], "labels": ["residency=eu"], "max_cost": 1.5}}"""));

        Assert.Equal([["law", "tax"], ["code"], ["residency=eu"]], new[] { wish.Allow, wish.Deny, wish.Labels });
        Assert.Equal(1.5, wish.MaxCost);
        Assert.Same(RoutingWish.None, ExpertClusterExtension.ReadRouting(Fields("{}")));
    }

    [Theory]
    [InlineData("""{"routing": []}""", "expert_cluster.routing")]
    [InlineData("""{"routing": {"allowed": []}}""", "expert_cluster.routing.allowed")]
    [InlineData("""{"routing": {"allow": "law"}}""", "expert_cluster.routing.allow")]
    [InlineData("""{"routing": {"deny": [1]}}""", "expert_cluster.routing.deny")]
    [InlineData("""{"routing": {"labels": {"residency": "eu"}}}""", "expert_cluster.routing.labels")]
    [InlineData("""{"routing": {"max_cost": "1"}}""", "expert_cluster.routing.max_cost")]
    public void ReadRouting_WrongField_NamesIt(string json, string field) =>
        Assert.Equal((FailureKind.InvalidArgument, field), Assert.Throws<RequestFailedException>(() => ExpertClusterExtension.ReadRouting(Fields(json))).Failure is var f ? (f.Kind, f.Field) : default);

    [Theory]
    [InlineData("""{"colour": 1}""", "expert_cluster.colour")]
    [InlineData("""{"merge": 1}""", "expert_cluster.merge")]
    [InlineData("""{"k": 1.5}""", "expert_cluster.k")]
    [InlineData("""{"generalist_weight": "much"}""", "expert_cluster.generalist_weight")]
    [InlineData("""{"hysteresis": true}""", "expert_cluster.hysteresis")]
    [InlineData("""{"scope": "always"}""", "expert_cluster.scope")]
    [InlineData("""{"experts": {}}""", "expert_cluster.experts")]
    [InlineData("""{"experts": [1]}""", "expert_cluster.experts")]
    [InlineData("""{"experts": [{"weight": 1}]}""", "expert_cluster.experts.name")]
    [InlineData("""{"experts": [{"name": "law", "wieght": 1}]}""", "expert_cluster.experts.wieght")]
    [InlineData("""{"experts": [{"name": "law", "weight": "much"}]}""", "expert_cluster.experts.weight")]
    public void Read_WrongField_NamesIt(string json, string field)
    {
        var error = Assert.Throws<RequestFailedException>(() => ExpertClusterExtension.Read(Fields(json)));

        Assert.Equal((FailureKind.InvalidArgument, field), (error.Failure.Kind, error.Failure.Field));
    }

    [Theory]
    [InlineData("""{"sampling": []}""", "expert_cluster.sampling")]
    [InlineData("""{"sampling": {"top_n_sigma": "1"}}""", "expert_cluster.sampling.top_n_sigma")]
    [InlineData("""{"sampling": {"top_n_sigma": null}}""", "expert_cluster.sampling.top_n_sigma")]
    public void ReadSampling_WrongField_NamesIt(string json, string field) =>
        Assert.Equal(field, Assert.Throws<RequestFailedException>(() => ExpertClusterExtension.ReadSampling(Fields(json))).Failure.Field);

    private static JsonFields Fields(string json) => new(JsonDocument.Parse(json).RootElement, ExpertClusterExtension.Key + ".");
}
