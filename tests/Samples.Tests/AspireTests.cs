using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using ExpertCluster.Samples.AppHost;
using ExpertCluster.TestSupport;

namespace ExpertCluster.Samples.Tests;

/// <summary>What the Aspire sample would start, without starting it: that takes Aspire's own processes.</summary>
public class AspireTests
{
    [Fact]
    public void AddExpertCluster_Reference_IsAConnectionStringOfTheClient()
    {
        var cluster = Add("experts");

        Assert.Equal("Endpoint={experts.bindings.grpc.url};Model=auto", cluster.Resource.ConnectionStringExpression.ValueExpression);
        Assert.Single(cluster.Resource.Annotations.OfType<HealthCheckAnnotation>());
    }

    [Fact]
    public async Task AddExpertCluster_NoBase_ServesTheDemo()
    {
        var arguments = await ArgumentsAsync(Add("experts"));

        Assert.Equal(["up", "--hosts", "2", "--http", "{experts.bindings.http.targetPort}", "--grpc", "{experts.bindings.grpc.targetPort}"], arguments);
    }

    [Fact]
    public async Task WithExpert_Catalogue_CanBePrepared()
    {
        string demo = RepositoryRoot.Combine("models", "demo");
        var cluster = Add("experts")
            .WithBase("demo", Path.Combine(demo, "base"))
            .WithExpert("general", examples: Path.Combine(demo, "examples", "general.txt"))
            .WithExpert("law", Path.Combine(demo, "adapters", "law"), "Courts & \"leases\"", Path.Combine(demo, "examples", "law.txt"));

        var arguments = await ArgumentsAsync(cluster);

        Assert.Equal("--config", arguments[^2]);
        using var prepared = new TemporaryFolder();
        string cli = RepositoryRoot.Combine("artifacts", "bin", "Cli", new DirectoryInfo(AppContext.BaseDirectory).Name, "ExpertCluster.Cli.dll");
        await Tool.RunAsync("dotnet", ["exec", cli, "prepare", "--config", arguments[^1], prepared.Path]);
        Assert.True(File.Exists(prepared["prepared.json"]));
    }

    [Fact]
    public void WithExpert_NoBaseBefore_IsRefused() => Assert.Contains(
        "expert law has no base", Assert.Throws<InvalidOperationException>(() => Add("experts").WithExpert("law")).Message, StringComparison.Ordinal);

    private static IResourceBuilder<ExpertClusterResource> Add(string name) =>
        DistributedApplication.CreateBuilder(new DistributedApplicationOptions { DisableDashboard = true }).AddExpertCluster(name, RepositoryRoot.Combine(), hosts: 2);

    private static async Task<List<string>> ArgumentsAsync(IResourceBuilder<ExpertClusterResource> cluster)
    {
        List<object> arguments = [];
        foreach (var annotation in cluster.Resource.Annotations.OfType<CommandLineArgsCallbackAnnotation>())
        {
            await annotation.Callback(new CommandLineArgsCallbackContext(arguments, TestContext.Current.CancellationToken));
        }

        return [.. arguments.Select(argument => argument is IManifestExpressionProvider expression ? expression.ValueExpression : (string)argument)];
    }
}
