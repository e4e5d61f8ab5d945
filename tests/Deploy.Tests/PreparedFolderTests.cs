using System.Globalization;
using System.Text.Json.Nodes;
using ExpertCluster.Deploy.Tests.Support;

namespace ExpertCluster.Deploy.Tests;

/// <summary>How routers and hosts get the folder that `prepare` writes: volumes, mounts, arguments and settings agree.</summary>
public class PreparedFolderTests
{
    private const string Catalogue = "/models/experts.yaml";

    private const string Published = "components/published-catalogue";

    public static TheoryData<string> Renderings => [.. Rendering.Names];

    private const string Keeper = "components/keeper";

    public static TheoryData<string> OnFolders => [.. Rendering.Names.Where(name => !IsOnAServer(name))];

    public static TheoryData<string> OnAServer => [.. Rendering.Names.Where(IsOnAServer)];

    [Theory]
    [MemberData(nameof(Renderings))]
    public async Task Volumes_OfEachRendering_AreThereAndMounted(string rendering)
    {
        foreach (var workload in Workload.Of(await Rendering.GetAsync(rendering)))
        {
            var declared = workload.Pod.List("volumes").Select(volume => volume.Text("name"))
                .Concat(workload.Object.List("spec", "volumeClaimTemplates").Select(claim => claim.Text("metadata", "name"))).ToList();
            Assert.Equal(declared.Count, declared.Distinct().Count());
            var mounted = workload.AllContainers.SelectMany(container => container.List("volumeMounts")).Select(mount => mount.Text("name"));
            Assert.Equal(declared.Order(), mounted.Distinct().Order());
            foreach (var container in workload.AllContainers)
            {
                var paths = container.List("volumeMounts").Select(mount => mount.Text("mountPath")).ToList();
                Assert.Equal(paths.Count, paths.Distinct().Count());
            }
        }
    }

    [Theory]
    [MemberData(nameof(OnFolders))]
    public async Task Servers_OfEachRendering_MountWhatTheyReadReadOnly(string rendering)
    {
        var objects = await Rendering.GetAsync(rendering);
        foreach (var workload in Ours(objects))
        {
            var container = Assert.Single(workload.Containers);
            string folder = PreparedOf(objects, container);

            // A router's rests may be left out; the names are those of the prepared folder.
            string[] needed = workload.Id == "Deployment/router" ? ["prepared.json", "gates"] : ["prepared.json", "bases", "adapters", "gates"];
            foreach (var mount in needed.Select(part => MountOf(container, $"{folder}/{part}")))
            {
                Assert.True(mount is { } found && found.Text("readOnly") == "true", $"{rendering}: {workload.Id} does not mount all of {folder} read-only.");
            }
        }
    }

    [Theory]
    [MemberData(nameof(OnAServer))]
    public async Task Servers_OfAPublishedCatalogue_HaveAStoreOfTheirOwnAndNothingElse(string rendering)
    {
        var objects = await Rendering.GetAsync(rendering);
        foreach (var workload in Ours(objects))
        {
            var container = Assert.Single(workload.Containers);
            Assert.Matches(rendering.Contains(Keeper, StringComparison.Ordinal) ? "^http://keeper:8090/$" : "^(https|s3)://", PreparedOf(objects, container));
            Assert.DoesNotContain(workload.AllContainers, item => item.Text("name") == "prepare");
            string store = SettingOf(objects, container, "EXPERTCLUSTER_STORE")!;
            var mount = MountOf(container, store)!;
            Assert.Equal((store, null), (mount.Text("mountPath"), mount.Text("readOnly")));
            var volume = workload.Pod.List("volumes").Single(item => item.Text("name") == mount.Text("name"));

            // What is over the volume's limit is evicted by the kubelet; what is over the store's, by the store.
            string limit = volume.Text("emptyDir", "sizeLimit")!;
            long bytes = long.Parse(container.List("env").Single(item => item.Text("name") == "EXPERTCLUSTER_STORE_BYTES").Text("value")!, CultureInfo.InvariantCulture);
            Assert.InRange(bytes, 1, (long.Parse(limit[..^2], CultureInfo.InvariantCulture) << 30) * 9 / 10);
            Assert.DoesNotContain(workload.Pod.List("volumes"), item => item.At("persistentVolumeClaim") is not null);
            Assert.Null(workload.Object.At("spec", "volumeClaimTemplates"));
        }
    }

    [Theory]
    [MemberData(nameof(OnFolders))]
    public async Task Prepare_OfEachRendering_WritesWhereTheServerReads(string rendering)
    {
        var objects = await Rendering.GetAsync(rendering);
        foreach (var workload in Ours(objects))
        {
            var server = workload.Containers[0];
            string folder = PreparedOf(objects, server);
            var source = MountOf(server, folder + "/prepared.json")!;
            if (rendering.Contains("components/prepared-volume", StringComparison.Ordinal))
            {
                Assert.Empty(workload.Pod.List("initContainers"));
                var volume = workload.Pod.List("volumes").Single(item => item.Text("name") == source.Text("name"));
                Assert.Equal(("prepared", "true"), (volume.Text("persistentVolumeClaim", "claimName"), volume.Text("persistentVolumeClaim", "readOnly")));
                continue;
            }

            var prepare = Assert.Single(workload.Pod.List("initContainers"));
            Assert.StartsWith("expertcluster/cli:", prepare.Text("image"), StringComparison.Ordinal);
            Assert.Equal(["prepare", "--config", Catalogue, folder], prepare.List("args").Select(item => item.ToString()));

            // Written and read are one place of one volume, and the cache is on it too.
            var written = MountOf(prepare, folder)!;
            Assert.NotEqual("true", written.Text("readOnly"));
            Assert.Equal(PlaceOf(written, folder), PlaceOf(source, folder));
            string cache = prepare.List("env").Single(variable => variable.Text("name") == "EXPERTCLUSTER_CACHE").Text("value")!;
            Assert.Equal(written.Text("name"), MountOf(prepare, cache)?.Text("name"));
            Assert.False(cache.StartsWith(folder + "/", StringComparison.Ordinal), "The cache is inside of the prepared folder.");
            Assert.Null(MountOf(server, cache));

            // The file alone is mounted: a folder would hide the models of the image.
            var catalogue = MountOf(prepare, Catalogue)!;
            Assert.Equal((Catalogue, "experts.yaml"), (catalogue.Text("mountPath"), catalogue.Text("subPath")));
            string? configMap = workload.Pod.List("volumes").Single(volume => volume.Text("name") == catalogue.Text("name")).Text("configMap", "name");
            Assert.Contains(objects, item => item.Id() == $"ConfigMap/{configMap}" && item.At("data", "experts.yaml") is not null);
        }
    }

    private static bool IsOnAServer(string rendering) =>
        rendering.Contains(Published, StringComparison.Ordinal) || rendering.Contains(Keeper, StringComparison.Ordinal);

    private static IEnumerable<Workload> Ours(IReadOnlyList<JsonNode> objects)
    {
        var ours = Workload.Of(objects).Where(workload => workload.Id is "Deployment/router" or "StatefulSet/expert-host").ToList();
        Assert.Equal(2, ours.Count);
        return ours;
    }

    private static string PreparedOf(IReadOnlyList<JsonNode> objects, JsonNode container) => SettingOf(objects, container, "EXPERTCLUSTER__PREPARED")!;

    private static string? SettingOf(IReadOnlyList<JsonNode> objects, JsonNode container, string name)
    {
        var names = container.List("envFrom").Select(source => source.Text("configMapRef", "name"));
        var settings = objects.Single(item => item.IsKind("ConfigMap") && names.Contains(item.Text("metadata", "name")));
        return settings.Text("data", name);
    }

    /// <summary>The mount that a path of a container lies in: the deepest one.</summary>
    private static JsonNode? MountOf(JsonNode container, string path) => container.List("volumeMounts")
        .Where(mount => (path + "/").StartsWith(mount.Text("mountPath") + "/", StringComparison.Ordinal))
        .MaxBy(mount => mount.Text("mountPath")!.Length);

    /// <summary>A path of a container as volume and path inside of it.</summary>
    private static (string? Volume, string Path) PlaceOf(JsonNode mount, string path) =>
        (mount.Text("name"), (mount.Text("subPath") + path[mount.Text("mountPath")!.Length..]).TrimStart('/'));
}
