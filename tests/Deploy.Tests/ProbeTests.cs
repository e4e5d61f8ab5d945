using ExpertCluster.Deploy.Tests.Support;

namespace ExpertCluster.Deploy.Tests;

public class ProbeTests
{
    public static TheoryData<string> Renderings => [.. Rendering.Names];

    [Theory]
    [MemberData(nameof(Renderings))]
    public async Task Containers_OfEachRendering_HaveThreeProbesOnADeclaredPort(string rendering)
    {
        foreach (var workload in Workload.Of(await Rendering.GetAsync(rendering)))
        {
            foreach (var container in workload.Containers)
            {
                var ports = container.List("ports").Select(port => port.Text("name")).ToList();
                foreach (string? kind in new[] { "startupProbe", "livenessProbe", "readinessProbe" })
                {
                    string? port = container.Text(kind, "httpGet", "port") ?? container.Text(kind, "tcpSocket", "port");
                    Assert.True(port is not null && ports.Contains(port), $"{workload.Id}: {kind} asks port '{port}' of {string.Join(", ", ports)}.");
                }
            }
        }
    }

    [Theory]
    [InlineData("Deployment/router", 8080)]
    [InlineData("StatefulSet/expert-host", 8081)]
    public async Task OurContainers_InTheBase_ProbeTheHealthEndpoints(string id, int port)
    {
        var container = Assert.Single((await OneAsync(id)).Containers);
        Assert.Equal(port, container.List("ports").Single(item => item.Text("name") == "http").Number("containerPort"));
        Assert.Equal("/health/live", container.Text("startupProbe", "httpGet", "path"));
        Assert.Equal("/health/live", container.Text("livenessProbe", "httpGet", "path"));
        Assert.Equal("/health/ready", container.Text("readinessProbe", "httpGet", "path"));

        // Ten minutes to load.
        Assert.Equal(600, container.Number("startupProbe", "periodSeconds") * container.Number("startupProbe", "failureThreshold"));
    }

    [Theory]
    [InlineData("Deployment/router")]
    [InlineData("StatefulSet/expert-host")]
    public async Task Termination_InTheBase_LeavesTimeForPauseAndDrain(string id)
    {
        var workload = await OneAsync(id);
        var settings = (await Rendering.GetAsync("base")).Single(item => item.Id().StartsWith("ConfigMap/settings", StringComparison.Ordinal));
        int drain = settings.Number("data", "EXPERTCLUSTER__DRAINSECONDS");
        int pause = workload.Containers[0].Number("lifecycle", "preStop", "sleep", "seconds");
        Assert.InRange(pause, 1, 30);
        Assert.True(workload.Pod.Number("terminationGracePeriodSeconds") > pause + drain, $"{id} is killed before its {drain} s drain ends.");
    }

    [Fact]
    public async Task Updates_InTheBase_KeepRoutersAndNeverNeedASpareGpu()
    {
        var router = (await OneAsync("Deployment/router")).Object;
        Assert.Equal(("1", "0"), (router.Text("spec", "strategy", "rollingUpdate", "maxSurge"), router.Text("spec", "strategy", "rollingUpdate", "maxUnavailable")));
        var host = (await OneAsync("StatefulSet/expert-host")).Object;
        Assert.Equal(("Parallel", "RollingUpdate"), (host.Text("spec", "podManagementPolicy"), host.Text("spec", "updateStrategy", "type")));
    }

    private static async Task<Workload> OneAsync(string id) => Workload.Of(await Rendering.GetAsync("base")).Single(workload => workload.Id == id);
}
