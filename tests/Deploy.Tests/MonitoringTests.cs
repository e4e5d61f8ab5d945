using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ExpertCluster.Deploy.Tests.Support;
using ExpertCluster.TestSupport;

namespace ExpertCluster.Deploy.Tests;

public partial class MonitoringTests
{
    private static readonly string[] Suffixes = ["_bucket", "_sum", "_count"];

    private static JsonNode Rules => YamlJson.Parse(RepositoryRoot.Read("deploy", "monitoring", "rules.yml")).Single();

    private static JsonNode Dashboard => JsonNode.Parse(RepositoryRoot.Read("deploy", "monitoring", "dashboard.json"))!;

    [Fact]
    public async Task Rules_CheckedByPromtool_AreValid()
    {
        Tool.Require("promtool");
        var (code, output, error) = await Tool.TryAsync("promtool", ["check", "rules", RepositoryRoot.Combine("deploy", "monitoring", "rules.yml")]);
        Assert.True(code == 0, output + error);
    }

    [Fact]
    public async Task Alerts_OnRecordedSeries_FireAsTheirTestsSay()
    {
        Tool.Require("promtool");
        var (code, output, error) = await Tool.TryAsync(
            "promtool", ["test", "rules", RepositoryRoot.Combine("tests", "Deploy.Tests", "rules.test.yml")]);
        Assert.True(code == 0, output + error);
    }

    [Fact]
    public async Task PrometheusRule_InTheComponent_EqualsTheRules()
    {
        var resource = (await Rendering.GetAsync("base + components/prometheus")).Single(item => item.IsKind("PrometheusRule"));
        Assert.True(
            JsonNode.DeepEquals(Rules.At("groups"), resource.At("spec", "groups")),
            "deploy/k8s/components/prometheus/rules.yaml and deploy/monitoring/rules.yml differ.");
    }

    [Fact]
    public async Task ServiceMonitors_InTheComponent_SelectOneServiceWithThePort()
    {
        var objects = await Rendering.GetAsync(Rendering.WithKeeper);
        foreach (var monitor in objects.Where(item => item.IsKind("ServiceMonitor")))
        {
            var service = Assert.Single(objects, item => item.IsKind("Service")
                && LabelSelector.Matches(monitor.At("spec", "selector"), item.Map("metadata", "labels")));
            var endpoint = Assert.Single(monitor.List("spec", "endpoints"));
            Assert.Contains(service.List("spec", "ports"), port => port.Text("name") == endpoint.Text("port"));
        }
    }

    [Fact]
    public void Alerts_All_HaveSeverityAndWords()
    {
        var alerts = Rules.List("groups").SelectMany(group => group.List("rules")).Where(rule => rule.At("alert") is not null).ToList();
        Assert.NotEmpty(alerts);
        Assert.All(alerts, alert =>
        {
            Assert.Contains(alert.Text("labels", "severity"), (string[])["critical", "warning", "info"]);
            Assert.False(string.IsNullOrWhiteSpace(alert.Text("annotations", "summary")));
            Assert.False(string.IsNullOrWhiteSpace(alert.Text("annotations", "description")));
        });
    }

    [Fact]
    public void Alerts_All_AreInTheDocument()
    {
        string document = RepositoryRoot.Read("docs", "operations.md");
        var alerts = Rules.List("groups").SelectMany(group => group.List("rules")).Where(rule => rule.At("alert") is not null);
        Assert.All(alerts, alert => Assert.Contains($"| `{alert.Text("alert")}` | {alert.Text("labels", "severity")} |", document, StringComparison.Ordinal));
    }

    [Fact]
    public void Expressions_OfRulesDashboardAndScaler_UseDocumentedMetrics()
    {
        var known = DocumentedMetrics()
            .Concat(Rules.List("groups").SelectMany(group => group.List("rules")).Select(rule => rule.Text("record")).OfType<string>())
            .ToHashSet(StringComparer.Ordinal);
        var expressions = Rules.List("groups").SelectMany(group => group.List("rules")).Select(rule => rule.Text("expr")!)
            .Concat(Dashboard.List("panels").SelectMany(panel => panel.List("targets")).Select(target => target.Text("expr")!))
            .Append(YamlJson.Parse(RepositoryRoot.Read("deploy", "k8s", "components", "keda", "scaled-object.yaml"))
                .Single().List("spec", "triggers")[0].Text("metadata", "query")!)
            .ToList();
        var used = expressions.SelectMany(MetricsOf).Distinct().ToList();
        Assert.True(used.Count > 10);
        Assert.DoesNotContain(used, name => !known.Contains(name) && !known.Contains(Family(name)));
    }

    [Fact]
    public void Names_InTheSources_AreThoseOfTheDocument()
    {
        string document = RepositoryRoot.Read("docs", "operations.md");
        var inSources = Directory.EnumerateFiles(RepositoryRoot.Combine("src"), "*.cs", SearchOption.AllDirectories)

            // Its names are of fields of requests, vLLM's among them.
            .Where(file => Path.GetFileName(file) != "RequestFields.cs")
            .SelectMany(file => NameLiteral().Matches(File.ReadAllText(file)).Select(match => match.Groups[1].Value))

            // As /metrics writes them; the library takes no colon.
            .Select(name => name.StartsWith("vllm_", StringComparison.Ordinal) ? "vllm:" + name["vllm_".Length..] : name)
            .ToHashSet(StringComparer.Ordinal);
        Assert.DoesNotContain(inSources, name => !document.Contains($"`{name}`", StringComparison.Ordinal));
        if (inSources.Count > 0)
        {
            Assert.DoesNotContain(
                DocumentedMetrics().Where(name => name.StartsWith("expert_cluster_", StringComparison.Ordinal) || name.StartsWith("vllm:", StringComparison.Ordinal)),
                name => !inSources.Contains(name));
        }
    }

    [Fact]
    public async Task Dashboard_Expressions_AreParsedByPrometheus()
    {
        // promtool checks expressions as recording rules; Grafana's interval variable gets a value first.
        Tool.Require("promtool");
        var rules = Dashboard.List("panels").SelectMany(panel => panel.List("targets")).Select((target, index) =>
            $"  - {{record: 'panel:{index}', expr: '{target.Text("expr")!.Replace("$__rate_interval", "5m", StringComparison.Ordinal).Replace("'", "''", StringComparison.Ordinal)}'}}");
        string file = Path.Combine(Path.GetTempPath(), $"dashboard-{Guid.NewGuid():N}.yml");
        await File.WriteAllTextAsync(file, $"groups:\n- name: dashboard\n  rules:\n{string.Join('\n', rules)}\n", TestContext.Current.CancellationToken);
        try
        {
            var (code, output, error) = await Tool.TryAsync("promtool", ["check", "rules", file]);
            Assert.True(code == 0, output + error);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public void Dashboard_Panels_HaveDistinctIdsAndDoNotOverlap()
    {
        var panels = Dashboard.List("panels");
        Assert.Equal(panels.Count, panels.Select(panel => panel.Number("id")).Distinct().Count());
        var cells = panels.SelectMany(panel =>
            from x in Enumerable.Range(panel.Number("gridPos", "x"), panel.Number("gridPos", "w"))
            from y in Enumerable.Range(panel.Number("gridPos", "y"), panel.Number("gridPos", "h"))
            select (x, y)).ToList();
        Assert.Equal(cells.Count, cells.Distinct().Count());
        Assert.All(cells, cell => Assert.InRange(cell.x, 0, 23));
    }

    /// <summary>The first column of the metrics table.</summary>
    private static IEnumerable<string> DocumentedMetrics() =>
        TableName().Matches(RepositoryRoot.Read("docs", "operations.md")).Select(match => match.Groups[1].Value).Append("up");

    private static IEnumerable<string> MetricsOf(string expression) =>
        MetricName().Matches(Braces().Replace(expression, "")).Select(match => match.Value);

    private static string Family(string name) =>
        Suffixes.Where(suffix => name.EndsWith(suffix, StringComparison.Ordinal)).Select(suffix => name[..^suffix.Length]).FirstOrDefault(name);

    [GeneratedRegex(@"^\| `([a-z_:0-9]+)` \|", RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex TableName();

    [GeneratedRegex("\"((?:expert_cluster_|vllm_)[a-z_0-9]+)\"", RegexOptions.CultureInvariant)]
    private static partial Regex NameLiteral();

    [GeneratedRegex(@"\{[^}]*\}", RegexOptions.CultureInvariant)]
    private static partial Regex Braces();

    [GeneratedRegex(@"\b(?:expert_cluster_|expert_cluster:|vllm:|process_|dotnet_|up\b)[a-z_:0-9]*", RegexOptions.CultureInvariant)]
    private static partial Regex MetricName();
}
