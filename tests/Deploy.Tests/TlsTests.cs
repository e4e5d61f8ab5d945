using System.Text.Json.Nodes;
using ExpertCluster.Deploy.Tests.Support;

namespace ExpertCluster.Deploy.Tests;

/// <summary>What `components/tls` makes of the base.</summary>
public class TlsTests
{
    private const string Secured = "base + components/tls";

    [Theory]
    [InlineData("Deployment/router", "router-tls")]
    [InlineData("StatefulSet/expert-host", "expert-host-tls")]
    public async Task Workloads_WithTls_ReadTheFilesOfTheirMountedSecret(string id, string secret)
    {
        var workload = await OneAsync(id);
        var container = workload.Containers[0];
        var mount = container.List("volumeMounts").Single(item => item.Text("name") == "tls");
        Assert.Contains(workload.Pod.List("volumes"), volume => volume.Text("name") == "tls" && volume.Text("secret", "secretName") == secret);

        // A mount by subPath never sees a new certificate.
        Assert.Equal(("true", null), (mount.Text("readOnly"), mount.Text("subPath")));
        foreach (var (setting, file) in new[] { ("CERTIFICATEFILE", "tls.crt"), ("KEYFILE", "tls.key"), ("AUTHORITYFILE", "ca.crt") })
        {
            Assert.Equal($"{mount.Text("mountPath")}/{file}", Variable(container, $"EXPERTCLUSTER__TLS__{setting}"));
        }
    }

    [Theory]
    [InlineData("Deployment/router")]
    [InlineData("StatefulSet/expert-host")]
    public async Task Probes_WithTls_AskByHttps(string id)
    {
        var container = (await OneAsync(id)).Containers[0];
        Assert.All(["startupProbe", "livenessProbe", "readinessProbe"], probe => Assert.Equal("HTTPS", container.Text(probe, "httpGet", "scheme")));
    }

    [Fact]
    public async Task Names_WithTls_AreExpectedByTheOtherSide()
    {
        Assert.Equal("expert-host.expert-cluster.internal", Variable((await OneAsync("Deployment/router")).Containers[0], "EXPERTCLUSTER__TLS__SERVERNAME"));
        Assert.Equal("router.expert-cluster.internal", Variable((await OneAsync("StatefulSet/expert-host")).Containers[0], "EXPERTCLUSTER__TLS__CLIENTNAMES__0"));
    }

    [Fact]
    public async Task Monitors_WithTlsAfterPrometheus_ScrapeByHttps()
    {
        var monitors = (await Rendering.GetAsync(Rendering.WithKeeper)).Where(item => item.IsKind("ServiceMonitor")).ToLookup(monitor => monitor.Text("metadata", "name"), monitor => monitor.List("spec", "endpoints").Single());
        Assert.Equal(["expert-host", "keeper", "router"], monitors.Select(m => m.Key).Order(StringComparer.Ordinal));
        Assert.All(["router", "expert-host"], name =>
        {
            var endpoint = Assert.Single(monitors[name]);
            Assert.Equal("https", endpoint.Text("scheme"));
            Assert.NotNull(endpoint.Text("tlsConfig", "serverName"));
        });

        // A keeper's port speaks no TLS: what is read there is compared with its digest.
        Assert.Null(Assert.Single(monitors["keeper"]).Text("scheme"));
    }

    private static string? Variable(JsonNode container, string name) => container.List("env").Single(item => item.Text("name") == name).Text("value");

    private static async Task<Workload> OneAsync(string id) => Workload.Of(await Rendering.GetAsync(Secured)).Single(workload => workload.Id == id);
}
