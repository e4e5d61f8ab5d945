using System.Net;
using ExpertCluster.Catalogue.Sources;
using ExpertCluster.Catalogue.Tests.Support;
using Microsoft.AspNetCore.Http;

namespace ExpertCluster.Catalogue.Tests.Sources;

/// <summary>Where a server may send who asks it. The server's own host is allowed by its port; others of this machine are not.</summary>
public sealed class RedirectTests
{
    [Theory]
    [InlineData("http://127.0.0.1:{0}/", "127.0.0.1:{0} would be asked without TLS")]
    [InlineData("https://127.0.0.1:{0}/", "127.0.0.1 has an inner address")]
    [InlineData("https://127.1/", "127.0.0.1 has an inner address")]
    [InlineData("https://2130706433/", "127.0.0.1 has an inner address")]
    [InlineData("https://0x7f000001/", "127.0.0.1 has an inner address")]
    [InlineData("https://[::ffff:127.0.0.1]/", "has an inner address")]
    [InlineData("https://169.254.169.254/latest/meta-data/", "169.254.169.254 has an inner address")]
    [InlineData("https://metadata.test/", "metadata.test has an inner address")]
    [InlineData("http://169.254.169.254/latest/meta-data/", "would be asked without TLS")]
    [InlineData("file:///etc/passwd", "would be asked without TLS")]
    [InlineData("gopher://127.0.0.1/", "would be asked without TLS")]
    public async Task Fetch_RedirectInside_IsRefused(string target, string problem)
    {
        await using var other = await FakeServer.StartAsync(context => context.Response.WriteAsync("{}"));
        string location = string.Format(null, target, other.Uri.Port);
        await using var server = await FakeServer.StartAsync(context =>
        {
            context.Response.StatusCode = StatusCodes.Status302Found;
            context.Response.Headers.Location = location;
            return Task.CompletedTask;
        });
        using var world = new SourceWorld(
            SourceWorld.Options() with { HubEndpoint = server.Uri }, resolve: (_, _) => Task.FromResult<IPAddress[]>([IPAddress.Parse("169.254.169.254")]));

        Assert.Contains(string.Format(null, problem, other.Uri.Port), await world.RefusedAsync("hf://org/law"), StringComparison.Ordinal);
        Assert.Empty(other.Asked);
    }

    [Fact]
    public async Task Fetch_RedirectsInACircle_EndAtTheLimit()
    {
        await using var server = await FakeServer.StartAsync(context =>
        {
            context.Response.Redirect("/again");
            return Task.CompletedTask;
        });
        using var world = new SourceWorld(SourceWorld.Options() with { HubEndpoint = server.Uri, MaxRedirects = 3 });

        Assert.Equal("hf://org/law: more than 3 redirects (EXPERTCLUSTER_SOURCES_MAX_REDIRECTS)", await world.RefusedAsync("hf://org/law"));
        Assert.Equal(4, server.Asked.Count);
    }

    [Fact]
    public async Task Fetch_RedirectFromHttpsToHttp_IsRefusedWhoeverIsAllowed()
    {
        List<Uri> asked = [];
        using var world = new SourceWorld(
            SourceWorld.Options("mirror.test") with { HubEndpoint = new Uri("https://mirror.test") },
            () => new Answers(request =>
            {
                asked.Add(request.RequestUri!);
                return new HttpResponseMessage(HttpStatusCode.Found) { Headers = { Location = new Uri("http://mirror.test/x?signature=secret") } };
            }));

        Assert.Equal("hf://org/law: mirror.test redirects from https to http", await world.RefusedAsync("hf://org/law"));
        Assert.Single(asked);
    }

    private sealed class Answers(Func<HttpRequestMessage, HttpResponseMessage> answer) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(answer(request));
    }
}
