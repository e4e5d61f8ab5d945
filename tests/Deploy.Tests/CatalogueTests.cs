using System.Text.RegularExpressions;
using ExpertCluster.Deploy.Tests.Support;
using ExpertCluster.TestSupport;

namespace ExpertCluster.Deploy.Tests;

public partial class CatalogueTests
{
    [Fact]
    public void Experts_OfTheBase_AreTheDemosBelowAnotherFolder()
    {
        var demo = YamlJson.Parse(PathLine().Replace(RepositoryRoot.Read("models", "demo", "experts.yaml"), "$1/models/demo/")).Single();
        var mounted = YamlJson.Parse(RepositoryRoot.Read("deploy", "k8s", "base", "experts.yaml")).Single();
        Assert.Equal(demo.ToJsonString(), mounted.ToJsonString());
    }

    [Fact]
    public void Experts_OfTheBase_NameWhatTheImageOfPrepareHolds() =>
        Assert.Contains("\nCOPY models/demo/ /models/demo/\n", RepositoryRoot.Read("deploy", "docker", "Dockerfile"), StringComparison.Ordinal);

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
