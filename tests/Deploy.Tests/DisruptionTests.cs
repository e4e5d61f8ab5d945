using ExpertCluster.Deploy.Tests.Support;

namespace ExpertCluster.Deploy.Tests;

public class DisruptionTests
{
    public static TheoryData<string> Renderings => [.. Rendering.Names];

    [Theory]
    [MemberData(nameof(Renderings))]
    public async Task Budgets_OfEachRendering_CoverEachWorkloadOnce(string rendering)
    {
        var objects = await Rendering.GetAsync(rendering);
        var budgets = objects.Where(item => item.IsKind("PodDisruptionBudget")).ToList();
        foreach (var workload in Workload.Of(objects))
        {
            // Two budgets over one pod make every eviction fail.
            var matching = budgets.Where(budget => LabelSelector.Matches(budget.At("spec", "selector"), workload.Labels)).ToList();
            Assert.True(matching.Count == 1, $"{workload.Id} has {matching.Count} disruption budgets.");
            Assert.Equal("AlwaysAllow", matching[0].Text("spec", "unhealthyPodEvictionPolicy"));
        }

        Assert.Equal(budgets.Count, Workload.Of(objects).Count());
    }

    [Theory]
    [MemberData(nameof(Renderings))]
    public async Task Selectors_OfEachRendering_MatchTheirPods(string rendering)
    {
        var objects = await Rendering.GetAsync(rendering);
        var workloads = Workload.Of(objects).ToList();
        foreach (var workload in workloads)
        {
            Assert.True(LabelSelector.Matches(workload.Object.At("spec", "selector"), workload.Labels), $"{workload.Id} does not select its own pods.");
            foreach (var spread in workload.Pod.List("topologySpreadConstraints"))
            {
                Assert.True(LabelSelector.Matches(spread.At("labelSelector"), workload.Labels), $"{workload.Id} spreads against other pods.");
            }
        }

        foreach (var service in objects.Where(item => item.IsKind("Service")))
        {
            var selector = service.Map("spec", "selector");
            var target = Assert.Single(workloads, workload => selector.All(wanted => workload.Labels.GetValueOrDefault(wanted.Key) == wanted.Value));
            foreach (var port in service.List("spec", "ports"))
            {
                Assert.True(
                    target.Containers[0].List("ports").Any(declared => declared.Text("name") == port.Text("targetPort")),
                    $"{service.Id()}: {target.Id} has no port '{port.Text("targetPort")}'.");
            }
        }
    }

    [Theory]
    [InlineData("Service/router-grpc")]
    [InlineData("Service/expert-host")]
    public async Task GrpcServices_InTheBase_AreHeadlessAndH2c(string id)
    {
        var service = (await Rendering.GetAsync("base")).Single(item => item.Id() == id);
        Assert.Equal("None", service.Text("spec", "clusterIP"));
        Assert.Equal("kubernetes.io/h2c", service.List("spec", "ports").Single(port => port.Text("name") == "grpc").Text("appProtocol"));
    }
}
