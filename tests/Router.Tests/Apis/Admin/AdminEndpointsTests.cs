using System.Net;
using System.Text.Json;
using ExpertCluster.Router.Apis.Admin;
using ExpertCluster.Router.Options;
using ExpertCluster.Router.Tests.Support;
using ExpertCluster.V1;
using Google.Protobuf.Reflection;
using Microsoft.AspNetCore.Http;

namespace ExpertCluster.Router.Tests.Apis.Admin;

public sealed class AdminEndpointsTests : IDisposable
{
    private readonly AdminCluster _cluster = new(("law", "demo"), ("tax", "demo"));
    private readonly AdminEndpoints _admin;

    public AdminEndpointsTests() => _admin = new AdminEndpoints(new AdminLists(_cluster.Overview), new FeedbackList(_cluster.Feedback), new AdminAnswers(AdminCluster.AccessOf(new RouterOptions())));

    public void Dispose() => _cluster.Dispose();

    [Fact]
    public async Task Experts_InMemory_AreTheContractsWords()
    {
        await _cluster.ReportAsync(_cluster.Host("a", "law"));

        var (status, json) = await GetAsync(_admin.ListExpertsAsync);

        Assert.Equal((200, ""), (status, json.GetProperty("next_page_token").GetString()));
        var law = json.GetProperty("experts")[0];
        Assert.Equal(NamesOf(ExpertStatus.Descriptor), law.EnumerateObject().Select(p => p.Name));
        Assert.Equal(("law", "ready", 1), (law.GetProperty("name").GetString(), law.GetProperty("state").GetString(), law.GetProperty("min_replicas").GetInt32()));
        var replica = law.GetProperty("replicas")[0];
        Assert.Equal(("a", 1000, true), (replica.GetProperty("host").GetString(), replica.GetProperty("since_unix_ms").GetInt64(), replica.GetProperty("warm").GetBoolean()));
        Assert.Equal("cold", json.GetProperty("experts")[1].GetProperty("state").GetString());
    }

    [Fact]
    public async Task Experts_Paged_GoOnBehindTheToken()
    {
        var (_, first) = await GetAsync(_admin.ListExpertsAsync, "?page_size=1");
        Assert.Equal("law", first.GetProperty("next_page_token").GetString());

        var (_, second) = await GetAsync(_admin.ListExpertsAsync, "?page_size=1&page_token=law");
        Assert.Equal("tax", Assert.Single(second.GetProperty("experts").EnumerateArray()).GetProperty("name").GetString());
    }

    [Theory]
    [InlineData("?page_size=1001")]
    [InlineData("?page_size=-1")]
    [InlineData("?page_size=many")]
    [InlineData("?page_size=99999999999")]
    public async Task Lists_WrongPageSize_IsABadRequestThatNamesIt(string query)
    {
        foreach (var list in (Func<HttpContext, Task>[])[_admin.ListExpertsAsync, _admin.ListHostsAsync])
        {
            var (status, json) = await GetAsync(list, query);

            Assert.Equal((400, "page_size"), (status, json.GetProperty("error").GetProperty("param").GetString()));
            Assert.Contains("1000", json.GetProperty("error").GetProperty("message").GetString(), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("law", 200)]
    [InlineData("nobody", 404)]
    public async Task Expert_ByName_IsItOrNotFound(string name, int expected)
    {
        var (status, json) = await GetAsync(http => _admin.GetExpertAsync(http, name));

        Assert.Equal(expected, status);
        Assert.Equal(expected == 200 ? name : "model_not_found", expected == 200 ? json.GetProperty("name").GetString() : json.GetProperty("error").GetProperty("code").GetString());
    }

    [Fact]
    public async Task Hosts_Report_IsTheContractsWords()
    {
        await _cluster.ReportAsync(_cluster.Host("a", "law") with { FreeMemoryBytes = 1L << 40 });

        var (status, json) = await GetAsync(_admin.ListHostsAsync);

        var host = Assert.Single(json.GetProperty("hosts").EnumerateArray());
        Assert.Equal(200, status);
        Assert.Equal(NamesOf(HostStatus.Descriptor), host.EnumerateObject().Select(p => p.Name));
        Assert.Equal((1L << 40, true), (host.GetProperty("free_memory_bytes").GetInt64(), host.GetProperty("answers").GetBoolean()));
        Assert.Equal("demo", host.GetProperty("bases")[0].GetProperty("name").GetString());
    }

    [Fact]
    public async Task All_CallerFromElsewhere_IsForbiddenAndNamesTheSetting()
    {
        foreach (var list in (Func<HttpContext, Task>[])[_admin.ListExpertsAsync, _admin.ListHostsAsync, http => _admin.GetExpertAsync(http, "law")])
        {
            var (status, json) = await GetAsync(list, caller: "10.0.0.7");

            Assert.Equal(403, status);
            Assert.Contains("ExpertCluster:Router:Admin", json.GetProperty("error").GetProperty("message").GetString(), StringComparison.Ordinal);
        }
    }

    private static IEnumerable<string> NamesOf(MessageDescriptor message) => message.Fields.InDeclarationOrder().Select(f => f.Name);

    private static async Task<(int Status, JsonElement Json)> GetAsync(Func<HttpContext, Task> endpoint, string query = "", string caller = "127.0.0.1")
    {
        var http = new DefaultHttpContext();
        http.Connection.RemoteIpAddress = IPAddress.Parse(caller);
        http.Request.QueryString = new QueryString(query);
        var body = new MemoryStream();
        http.Response.Body = body;
        await endpoint(http);
        await http.Response.BodyWriter.FlushAsync(TestContext.Current.CancellationToken);
        Assert.Equal("application/json", http.Response.ContentType);
        return (http.Response.StatusCode, JsonDocument.Parse(body.ToArray()).RootElement);
    }
}
