using System.Text.Json.Nodes;
using ExpertCluster.Deploy.Tests.Support;

namespace ExpertCluster.Deploy.Tests;

/// <summary>The profile "restricted" of the pod security standards, and our own rules on top.</summary>
public class PodSecurityTests
{
    private static readonly string[] AllowedVolumes =
        ["name", "configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "persistentVolumeClaim", "projected", "secret"];

    public static TheoryData<string> Renderings => [.. Rendering.Names];

    [Theory]
    [MemberData(nameof(Renderings))]
    public async Task Pods_OfEachRendering_AreRestricted(string rendering)
    {
        var workloads = Workload.Of(await Rendering.GetAsync(rendering)).ToList();
        Assert.NotEmpty(workloads);
        Assert.Equal([], workloads.SelectMany(Findings));
    }

    [Theory]
    [MemberData(nameof(Renderings))]
    public async Task Namespace_OfEachRendering_EnforcesRestricted(string rendering)
    {
        var labels = (await Rendering.GetAsync(rendering)).Single(item => item.IsKind("Namespace")).Map("metadata", "labels");
        Assert.Equal("restricted", labels["pod-security.kubernetes.io/enforce"]);
    }

    [Theory]
    [MemberData(nameof(Renderings))]
    public async Task ServiceAccounts_OfEachRendering_ExistAndMountNoToken(string rendering)
    {
        var objects = await Rendering.GetAsync(rendering);
        var accounts = objects.Where(item => item.IsKind("ServiceAccount")).ToDictionary(item => item.Text("metadata", "name")!);
        foreach (var workload in Workload.Of(objects))
        {
            string? account = workload.Pod.Text("serviceAccountName");
            Assert.True(account is not null && accounts.ContainsKey(account), $"{workload.Id} has no service account of its own.");
            Assert.Equal("false", accounts[account].Text("automountServiceAccountToken"));
        }
    }

    [Fact]
    public async Task Findings_OpenedPod_AreMade()
    {
        var host = Workload.Of(await Rendering.GetAsync("base")).First();
        var open = new Workload(host.Object.DeepClone());
        open.Pod["hostNetwork"] = true;
        open.Pod["securityContext"]!["runAsNonRoot"] = false;
        open.Pod["securityContext"]!["runAsUser"] = 0;
        open.Containers[0].AsObject().Remove("securityContext");
        open.Pod["volumes"]!.AsArray().Add(JsonNode.Parse("""{"name":"x","hostPath":{"path":"/"}}"""));
        Assert.Equal(7, Findings(open).Count());
    }

    private static IEnumerable<string> Findings(Workload workload)
    {
        foreach (var (holds, problem) in PodRules(workload.Pod))
        {
            if (!holds)
            {
                yield return $"{workload.Id}: {problem}";
            }
        }

        foreach (var container in workload.AllContainers)
        {
            foreach (var (holds, problem) in ContainerRules(container))
            {
                if (!holds)
                {
                    yield return $"{workload.Id}, container {container.Text("name")}: {problem}";
                }
            }
        }
    }

    private static IEnumerable<(bool Holds, string Problem)> PodRules(JsonNode pod)
    {
        yield return (pod.Text("securityContext", "runAsNonRoot") == "true", "runAsNonRoot is not true");
        yield return (pod.At("securityContext", "runAsUser") is not null && pod.Number("securityContext", "runAsUser") > 0, "runAsUser is root or not given");
        yield return (pod.Text("securityContext", "seccompProfile", "type") == "RuntimeDefault", "no seccomp profile");
        yield return (pod.Text("automountServiceAccountToken") == "false", "a service account token is mounted");
        foreach (string? host in new[] { "hostNetwork", "hostPID", "hostIPC" })
        {
            yield return (pod.Text(host) is null or "false", $"{host} is on");
        }

        foreach (var volume in pod.List("volumes"))
        {
            yield return (volume.AsObject().All(part => AllowedVolumes.Contains(part.Key)), $"volume {volume.Text("name")} is of a forbidden kind");
        }
    }

    private static IEnumerable<(bool Holds, string Problem)> ContainerRules(JsonNode container)
    {
        var security = container.At("securityContext");
        yield return (security.Text("allowPrivilegeEscalation") == "false", "privileges can escalate");
        yield return (security.Text("readOnlyRootFilesystem") == "true", "the root file system is writable");
        yield return (security.List("capabilities", "drop").Any(item => item.ToString() == "ALL"), "capabilities are not dropped");
        yield return (security.Text("privileged") is null or "false", "is privileged");
        yield return (container.List("ports").All(port => port.At("hostPort") is null), "has a host port");
        yield return (container.Text("image")?.Contains(':', StringComparison.Ordinal) == true, "the image has no tag");
        yield return (container.At("resources", "requests", "cpu") is not null, "requests no cpu");
        yield return (container.At("resources", "requests", "memory") is not null, "requests no memory");
        yield return (container.At("resources", "limits", "memory") is not null, "has no memory limit");
    }
}
