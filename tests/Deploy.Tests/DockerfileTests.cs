using System.Text.RegularExpressions;
using ExpertCluster.Deploy.Tests.Support;
using ExpertCluster.TestSupport;

namespace ExpertCluster.Deploy.Tests;

/// <summary>Facts of the Dockerfile that can be had without a container engine. It is not built here.</summary>
public partial class DockerfileTests
{
    private static readonly string[] Lines = [.. Continuation().Replace(RepositoryRoot.Read("deploy", "docker", "Dockerfile"), " ")
        .Split('\n').Where(line => line.Length > 0 && line[0] != '#')];

    private static readonly IReadOnlyDictionary<string, Stage> Stages = ReadStages();

    [Theory]
    [InlineData("router", "ExpertCluster.Router")]
    [InlineData("expert-host", "ExpertCluster.ExpertHost")]
    [InlineData("expert-host-gpu", "ExpertCluster.ExpertHost")]
    [InlineData("cli", "ExpertCluster.Cli")]
    public void Target_EachImage_RunsItsProgramAsTheUserOfTheManifests(string target, string program)
    {
        var lines = Stages[target].AllLines(Stages).ToList();
        Assert.Equal($"ENTRYPOINT [\"/app/{program}\"]", lines.Last(line => line.StartsWith("ENTRYPOINT", StringComparison.Ordinal)));
        Assert.Equal("USER 1654:1654", lines.Last(line => line.StartsWith("USER", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("router", "Deployment/router")]
    [InlineData("expert-host", "StatefulSet/expert-host")]
    [InlineData("expert-host-gpu", "StatefulSet/expert-host")]
    public async Task Expose_EachServer_NamesThePortsOfItsContainer(string target, string workload)
    {
        string[] exposed = Stages[target].Lines.Single(line => line.StartsWith("EXPOSE", StringComparison.Ordinal)).Split(' ')[1..];
        var declared = Workload.Of(await Rendering.GetAsync("base")).Single(item => item.Id == workload).Ports;
        Assert.Equal(declared.Select(port => $"{port}"), exposed);
    }

    [Fact]
    public void Build_EachStage_PublishesByTheScriptThatIsTested()
    {
        Assert.Equal("RUN build/publish.sh /out ${TARGETARCH} cpu", Assert.Single(Stages["build"].Lines, IsRun));
        Assert.Equal("RUN build/publish.sh /out ${TARGETARCH} gpu", Assert.Single(Stages["build-gpu"].Lines, IsRun));

        static bool IsRun(string line) => line.StartsWith("RUN ", StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("router", "build")]
    [InlineData("expert-host", "build")]
    [InlineData("expert-host-gpu", "build-gpu")]
    [InlineData("cli", "build")]
    public void Copy_EachImage_TakesWhatItsStagePublished(string target, string stage) =>
        Assert.Equal($"COPY --from={stage} /out/ ./", Assert.Single(Stages[target].Lines, line => line.Contains("--from", StringComparison.Ordinal)));

    [Fact]
    public void Copy_FromTheContext_TakesWhatExistsAndTheIgnoreFileLetsIn()
    {
        var allowed = RepositoryRoot.Read("deploy", "docker", "Dockerfile.dockerignore").Split('\n')
            .Where(line => line.StartsWith('!')).Select(line => line[1..].Replace("/**", "", StringComparison.Ordinal)).ToList();
        var sources = Lines.Where(line => line.StartsWith("COPY ", StringComparison.Ordinal) && !line.Contains("--from", StringComparison.Ordinal))
            .SelectMany(line => line.Split(' ')[1..^1]).Select(source => source.TrimEnd('/')).ToList();
        Assert.NotEmpty(sources);
        Assert.Equal(allowed.Order(StringComparer.Ordinal), sources.Order(StringComparer.Ordinal));
        Assert.All(sources, source => Assert.True(Path.Exists(RepositoryRoot.Combine(source)), $"{source} does not exist."));
    }

    [Fact]
    public async Task Images_OfTheManifests_AreTargets()
    {
        var images = Rendering.Names.Where(name => !name.Contains('+', StringComparison.Ordinal)).Select(Rendering.GetAsync);
        var ours = (await Task.WhenAll(images)).SelectMany(Workload.Of).SelectMany(workload => workload.AllContainers)
            .Select(container => container.Text("image")!).Where(image => image.StartsWith("expertcluster/", StringComparison.Ordinal))
            .Select(image => image["expertcluster/".Length..].Split(':')[0]).Distinct().ToList();
        Assert.Equal(["cli", "expert-host", "expert-host-gpu", "router"], ours.Order(StringComparer.Ordinal));
        Assert.All(ours, image => Assert.True(Stages.ContainsKey(image), $"The Dockerfile has no target {image}."));
    }

    private static Dictionary<string, Stage> ReadStages()
    {
        var stages = new Dictionary<string, Stage>(StringComparer.Ordinal);
        List<string>? lines = null;
        foreach (string line in Lines)
        {
            if (From().Match(line) is { Success: true } from)
            {
                stages.Add(from.Groups[2].Value, new Stage(from.Groups[1].Value, lines = []));
            }
            else
            {
                lines?.Add(line);
            }
        }

        return stages;
    }

    [GeneratedRegex(@"\\\n\s*", RegexOptions.CultureInvariant)]
    private static partial Regex Continuation();

    [GeneratedRegex(@"^FROM (?:--platform=\S+ )?(\S+) AS (\S+)$", RegexOptions.CultureInvariant)]
    private static partial Regex From();

    private sealed record Stage(string From, List<string> Lines)
    {
        public IEnumerable<string> AllLines(IReadOnlyDictionary<string, Stage> stages) =>
            stages.TryGetValue(From, out var parent) ? parent.AllLines(stages).Concat(Lines) : Lines;
    }
}
