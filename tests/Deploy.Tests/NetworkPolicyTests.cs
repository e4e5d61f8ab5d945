using System.Text.Json.Nodes;
using ExpertCluster.Deploy.Tests.Support;

namespace ExpertCluster.Deploy.Tests;

public class NetworkPolicyTests
{
    public static TheoryData<string> Renderings => [.. Rendering.Names];

    [Theory]
    [MemberData(nameof(Renderings))]
    public async Task Policies_OfEachRendering_DenyByDefault(string rendering)
    {
        var policies = await PoliciesAsync(rendering);
        var deny = policies.Single(policy => policy.Text("metadata", "name") == "default-deny");
        Assert.Empty(deny.At("spec", "podSelector")!.AsObject());
        Assert.Equal(["Egress", "Ingress"], deny.List("spec", "policyTypes").Select(type => type.ToString()).Order());
        Assert.Equal((null, null), (deny.At("spec", "ingress"), deny.At("spec", "egress")));
    }

    [Theory]
    [MemberData(nameof(Renderings))]
    public async Task Ingress_OfEachRendering_CoversExactlyTheDeclaredPorts(string rendering)
    {
        var policies = await PoliciesAsync(rendering);
        foreach (var workload in Workload.Of(await Rendering.GetAsync(rendering)))
        {
            var open = Policies.Rules(policies, workload.Labels, "ingress").SelectMany(Policies.Ports).Distinct().Order();
            Assert.True(workload.Ports.Order().SequenceEqual(open),
                $"{workload.Id} declares ports {string.Join(", ", workload.Ports.Order())}; policies open {string.Join(", ", open)}.");
        }
    }

    [Theory]
    [MemberData(nameof(Renderings))]
    public async Task Rules_OfEachRendering_NamePeersAndPorts(string rendering)
    {
        // A rule without peers means everybody, one without ports every port.
        foreach (var policy in await PoliciesAsync(rendering))
        {
            foreach (var (direction, peers) in new[] { ("ingress", "from"), ("egress", "to") })
            {
                Assert.All(policy.List("spec", direction), rule =>
                {
                    Assert.NotEmpty(rule.List(peers));
                    Assert.NotEmpty(rule.List("ports"));
                });
            }
        }
    }

    [Theory]
    [InlineData("router", "expert-host", 50052, true)]
    [InlineData("router", "expert-host", 11111, true)]
    [InlineData("expert-host", "router", 11111, true)]
    [InlineData("expert-host", "expert-host", 30000, true)]
    [InlineData("router", "membership", 6379, true)]
    [InlineData("expert-host", "membership", 6379, true)]
    [InlineData("expert-host", "expert-host", 50052, true)]
    [InlineData("membership", "expert-host", 50052, false)]
    [InlineData("expert-host", "router", 50051, false)]
    public async Task Traffic_InTheDevOverlay_IsAllowedOnlyWhereNeeded(string from, string to, int port, bool allowed) =>
        Assert.Equal(allowed, Policies.Allow(await Rendering.GetAsync("overlays/dev"), from, to, port));

    [Theory]
    [MemberData(nameof(Renderings))]
    public async Task Dns_OfEachRendering_IsReachableFromEveryPod(string rendering)
    {
        var policies = await PoliciesAsync(rendering);
        foreach (var workload in Workload.Of(await Rendering.GetAsync(rendering)))
        {
            var ports = Policies.Rules(policies, workload.Labels, "egress")
                .Where(rule => rule.ToJsonString().Contains("kube-system", StringComparison.Ordinal))
                .SelectMany(rule => rule.List("ports")).Select(port => $"{port.Text("protocol")} {port.Text("port")}").Order();
            Assert.Equal(["TCP 53", "UDP 53"], ports);
        }
    }

    private static async Task<List<JsonNode>> PoliciesAsync(string rendering) =>
        [.. (await Rendering.GetAsync(rendering)).Where(item => item.IsKind("NetworkPolicy"))];
}
