using System.Net;
using System.Text.Json;
using ExpertCluster.Router.Apis.OpenApi;
using ExpertCluster.Router.Options;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;

namespace ExpertCluster.Router.Tests.Apis.OpenApi;

public sealed class OpenApiApiTests
{
    [Fact]
    public async Task Map_On_DescribesEachPathAndShowsAPage()
    {
        await using var app = await StartAsync(new RouterOptions { OpenApi = true });
        using var client = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };

        var json = JsonElement.Parse(await client.GetStringAsync("/openapi.json", TestContext.Current.CancellationToken));
        string page = await client.GetStringAsync("/docs/", TestContext.Current.CancellationToken);

        Assert.Equal("3.1.0", json.GetProperty("openapi").GetString());
        string[] paths = [.. json.GetProperty("paths").EnumerateObject().Select(p => p.Name)];
        Assert.Superset(new HashSet<string> { "/v1/chat/completions", "/v1/completions", "/v1/responses", "/v1/messages", "/v1/messages/count_tokens", "/v1/models", "/v2/models/{id}/infer", "/health" }, paths.ToHashSet());
        Assert.Equal(["get", "delete"], json.GetProperty("paths").GetProperty("/v1/responses/{id}").EnumerateObject().Select(m => m.Name));
        Assert.Equal("X-Conversation-Id", json.GetProperty("paths").GetProperty("/v1/messages").GetProperty("post").GetProperty("parameters")[0].GetProperty("name").GetString());
        var schema = json.GetProperty("paths").GetProperty("/v1/messages").GetProperty("post").GetProperty("requestBody").GetProperty("content").GetProperty("application/json").GetProperty("schema");
        Assert.Contains("turns of `user`", schema.GetProperty("properties").GetProperty("messages").GetProperty("description").GetString(), StringComparison.Ordinal);
        Assert.False(schema.GetProperty("properties").TryGetProperty("container", out _));
        var pieces = json.GetProperty("paths").GetProperty("/v2/models/{id}/generate_stream").GetProperty("post");
        Assert.Equal(("id", "path"), (pieces.GetProperty("parameters")[0].GetProperty("name").GetString(), pieces.GetProperty("parameters")[0].GetProperty("in").GetString()));
        Assert.Equal(["text/event-stream"], pieces.GetProperty("responses").GetProperty("2XX").GetProperty("content").EnumerateObject().Select(c => c.Name));
        Assert.Contains("openapi.json", page, StringComparison.Ordinal);
    }

    /// <summary>It names no other host to load from, and browsers would ask none for it.</summary>
    [Fact]
    public async Task Map_Page_LoadsFromHereAlone()
    {
        await using var app = await StartAsync(new RouterOptions { OpenApi = true });
        using var client = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };

        using var answer = await client.GetAsync("/docs/", TestContext.Current.CancellationToken);
        string page = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);

        Assert.StartsWith("default-src 'self'", Assert.Single(answer.Headers.GetValues("Content-Security-Policy")), StringComparison.Ordinal);
        Assert.DoesNotMatch("(src|href)=\"?(https?:)?//", page);
        Assert.DoesNotContain("cdn.", page, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Map_Off_HasNeither()
    {
        await using var app = await StartAsync(new RouterOptions());
        using var client = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };

        foreach (string path in (string[])["/openapi.json", "/docs/"])
        {
            using var answer = await client.GetAsync(path, TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        }
    }

    private static async Task<WebApplication> StartAsync(RouterOptions options)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        new OpenApiApi(options).Map(app);
        await app.StartAsync(TestContext.Current.CancellationToken);
        return app;
    }
}
