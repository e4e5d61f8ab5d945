using ExpertCluster.Deploy.Tests.Support;

namespace ExpertCluster.Deploy.Tests;

public class OverlayTests
{
    [Fact]
    public async Task Gpu_Host_AsksForOneGpuAndItsRuntime()
    {
        var host = await HostAsync("overlays/gpu");
        Assert.Equal("1", host.Containers[0].Text("resources", "limits", "nvidia.com/gpu"));
        Assert.Equal("nvidia", host.Pod.Text("runtimeClassName"));
        Assert.StartsWith("expertcluster/expert-host-gpu:", host.Containers[0].Text("image"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Gpu_Host_ComputesOnTheGpu() => Assert.Equal("cuda", ProviderOf(await HostAsync("overlays/gpu")));

    [Theory]
    [InlineData("base")]
    [InlineData("overlays/dev")]
    public async Task Others_Host_AsksForNoGpu(string rendering)
    {
        var host = await HostAsync(rendering);
        Assert.DoesNotContain("nvidia", host.Object.ToJsonString(), StringComparison.Ordinal);
        Assert.True(ProviderOf(host) is null or "cpu");
    }

    [Fact]
    public async Task Dev_Workloads_AreSingleAndClaimNoVolume()
    {
        foreach (var workload in Workload.Of(await Rendering.GetAsync("overlays/dev")))
        {
            Assert.Equal(1, workload.Object.Number("spec", "replicas"));
            Assert.Null(workload.Object.At("spec", "volumeClaimTemplates"));
        }
    }

    [Fact]
    public async Task Membership_ConnectionString_ComesFromASecret()
    {
        var objects = await Rendering.GetAsync("overlays/dev");
        foreach (string? name in new[] { "router", "expert-host" })
        {
            var container = Workload.Of(objects).Single(item => item.Object.Text("metadata", "name") == name).Containers[0];
            var variable = container.List("env").Single(item => item.Text("name") == "EXPERTCLUSTER__CLUSTERING__CONNECTIONSTRING");
            string? secret = variable.Text("valueFrom", "secretKeyRef", "name");
            Assert.Contains(objects, item => item.Id() == $"Secret/{secret}" && item.At("data", "connection-string") is not null);
        }
    }

    [Fact]
    public async Task Keda_Trigger_FailsOnAnEmptyAnswerAndLeavesReplicasToTheScaler()
    {
        var objects = await Rendering.GetAsync("base + components/keda");
        var scaled = objects.Single(item => item.IsKind("ScaledObject"));
        var trigger = Assert.Single(scaled.List("spec", "triggers"));
        Assert.Equal("false", trigger.Text("metadata", "ignoreNullValues"));
        Assert.True(scaled.Number("spec", "minReplicaCount") >= 1);
        Assert.True(scaled.Number("spec", "fallback", "replicas") >= 1);
        Assert.Null((await HostAsync("base + components/keda")).Object.At("spec", "replicas"));
    }

    [Fact]
    public async Task ModelVolume_BothWorkloads_MountItReadOnlyWherePrepareRuns()
    {
        foreach (var workload in Workload.Of(await Rendering.GetAsync("base + components/model-volume")))
        {
            var mount = workload.Pod.List("initContainers")[0].List("volumeMounts").Single(item => item.Text("name") == "models");
            Assert.Equal(("/models/store", "true"), (mount.Text("mountPath"), mount.Text("readOnly")));
            Assert.Contains(workload.Pod.List("volumes"), volume => volume.Text("persistentVolumeClaim", "claimName") == "models");
        }
    }

    private static string? ProviderOf(Workload host) =>
        host.Containers[0].List("env").SingleOrDefault(item => item.Text("name") == "EXPERTCLUSTER__RUNTIME__PROVIDER")?.Text("value");

    private static async Task<Workload> HostAsync(string rendering) =>
        Workload.Of(await Rendering.GetAsync(rendering)).Single(workload => workload.Id == "StatefulSet/expert-host");
}
