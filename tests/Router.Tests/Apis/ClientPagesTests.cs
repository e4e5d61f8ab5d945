using ExpertCluster.Router.Apis;
using ExpertCluster.Router.Options;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace ExpertCluster.Router.Tests.Apis;

/// <summary>What a browser asks before a page's call, and what it finds in the answer.</summary>
public sealed class ClientPagesTests
{
    private const string Origin = "https://chat.example.org";

    [Theory]
    [InlineData(Origin, "/v1/messages", Origin)]
    [InlineData("*", "/v1/messages", "*")]
    [InlineData("https://other.example.org", "/v1/messages", null)]
    [InlineData(Origin, "/admin/experts", null)]
    [InlineData(null, "/v1/messages", null)]
    public async Task Use_Preflight_AllowsWhatSettingsName(string? allowed, string path, string? expected)
    {
        await using var app = await StartAsync(new RouterOptions { CorsOrigins = allowed is null ? null : [allowed] });
        using var client = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
        using var asked = new HttpRequestMessage(HttpMethod.Options, path) { Headers = { { "Origin", Origin }, { "Access-Control-Request-Method", "POST" }, { "Access-Control-Request-Headers", "x-api-key,content-type" } } };
        using var sent = new HttpRequestMessage(HttpMethod.Post, path) { Headers = { { "Origin", Origin } } };

        using var preflight = await client.SendAsync(asked, TestContext.Current.CancellationToken);
        using var answer = await client.SendAsync(sent, TestContext.Current.CancellationToken);

        Assert.Equal((expected, expected), (AllowedBy(preflight), AllowedBy(answer)));
        Assert.Equal(expected is not null, preflight.Headers.TryGetValues("Access-Control-Allow-Headers", out _));
        Assert.False(answer.Headers.Contains("Access-Control-Allow-Credentials"));
    }

    private static string? AllowedBy(HttpResponseMessage answer) => answer.Headers.TryGetValues("Access-Control-Allow-Origin", out var values) ? values.Single() : null;

    private static async Task<WebApplication> StartAsync(RouterOptions options)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        ClientPages.Add(builder.Services, options);
        var app = builder.Build();
        ClientPages.Use(app, options);
        foreach (var face in (Face[])[new("/v1/messages", false), new("/admin/experts", true)])
        {
            var group = app.MapGroup("");
            ClientPages.Open(group, face, options);
            face.Map(group);
        }

        await app.StartAsync(TestContext.Current.CancellationToken);
        return app;
    }

    private sealed class Face(string path, bool isAdmin) : IApi
    {
        public string Name => path;

        public bool IsAdmin => isAdmin;

        public void Map(IEndpointRouteBuilder endpoints) => endpoints.MapPost(path, () => "ok");
    }
}
