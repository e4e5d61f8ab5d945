using System.Text.RegularExpressions;
using ExpertCluster.Deploy.Tests.Support;
using ExpertCluster.TestSupport;

namespace ExpertCluster.Deploy.Tests;

public partial class CatalogueTests
{
    [Fact]
    public void Experts_OfTheBase_AreTheDemosBelowAnotherFolder()
    {
        var demo = YamlJson.Parse(PathLine().Replace(RepositoryRoot.Read("models", "demo", "experts.yaml"), "$1demo/")).Single();
        var mounted = YamlJson.Parse(RepositoryRoot.Read("deploy", "k8s", "base", "experts.yaml")).Single();
        Assert.Equal(demo.ToJsonString(), mounted.ToJsonString());
    }

    [Theory]
    [InlineData("Deployment/router")]
    [InlineData("StatefulSet/expert-host")]
    public async Task Prepare_InTheBase_ReadsTheCatalogueAndWritesWhereTheServerReads(string id)
    {
        var objects = await Rendering.GetAsync("base");
        var workload = Workload.Of(objects).Single(item => item.Id == id);
        var prepare = Assert.Single(workload.Pod.List("initContainers"));
        var settings = objects.Single(item => item.Id().StartsWith("ConfigMap/settings", StringComparison.Ordinal));
        var folder = settings.Text("data", "EXPERTCLUSTER__PREPARED")!;
        Assert.Equal(["prepare", "--config", "/models/experts.yaml", folder], prepare.List("args").Select(item => item.ToString()));
        Assert.Contains(prepare.List("volumeMounts"), mount => mount.Text("mountPath") == "/models/experts.yaml");

        var written = prepare.List("volumeMounts").Single(mount => mount.Text("name") == "prepared");
        var read = workload.Containers[0].List("volumeMounts").Single(mount => mount.Text("name") == "prepared");
        Assert.Equal(written.Text("mountPath"), read.Text("mountPath"));
        Assert.StartsWith(read.Text("mountPath") + "/", folder, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ConfigMaps_InTheBase_CarryAHashSoThatAChangeRollsOut()
    {
        var objects = await Rendering.GetAsync("base");
        foreach (var workload in Workload.Of(objects))
        {
            var used = workload.Pod.List("volumes").Select(volume => volume.Text("configMap", "name"))
                .Concat(workload.Containers[0].List("envFrom").Select(source => source.Text("configMapRef", "name")))
                .OfType<string>().ToList();
            Assert.Equal(2, used.Count);
            Assert.All(used, name => Assert.Contains(objects, item => item.Id() == "ConfigMap/" + name && name.Contains('-', StringComparison.Ordinal)));
        }
    }

    [GeneratedRegex(@"^(\s+(?:path|adapter|examples): )", RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex PathLine();
}
