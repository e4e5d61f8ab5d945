using System.Text.Json.Nodes;
using ExpertCluster.Catalogue.Sources;
using ExpertCluster.Catalogue.Tests.Support;
using Microsoft.AspNetCore.Http;

namespace ExpertCluster.Catalogue.Tests.Sources;

public sealed class RegistrySourceTests
{
    private readonly Dictionary<string, byte[]> _files = new(StringComparer.Ordinal)
    {
        ["adapter_config.json"] = "{}"u8.ToArray(),
        ["adapter_model.safetensors"] = new Content(2_000_000).Bytes,
    };

    [Fact]
    public async Task Fetch_ArtifactOfARealRegistry_ByTagAndByDigest()
    {
        await using var registry = await Registry.StartAsync();
        string digest = await registry.PushAsync("org/law", "v1", _files);
        using var world = new SourceWorld(SourceWorld.Options(registry.Authority));

        foreach (string reference in (string[])[":v1", $"@{digest}"])
        {
            using var content = await world.FetchAsync($"oci://{registry.Authority}/org/law{reference}");

            Assert.Equal(digest, content.Revision);
            Assert.Equal(_files.Keys, content.Files.Select(f => f.Name));
            Assert.Equal(_files["adapter_model.safetensors"], await File.ReadAllBytesAsync(Path.Combine(content.Path, "adapter_model.safetensors"), TestContext.Current.CancellationToken));
        }

        Assert.Contains("the server answered 404", await world.RefusedAsync($"oci://{registry.Authority}/org/law:v2"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fetch_RealRegistryThatWantsATokenOfAnother_GetsOneAndKeepsIt()
    {
        await using var tokens = await FakeServer.StartAsync(context => context.Response.WriteAsync("""{"token":"t0ken","expires_in":60}"""));
        await using var registry = await Registry.StartAsync($"{tokens.Address}/token?a=b");
        await registry.PushAsync("org/law", "v1", _files);
        using var world = new SourceWorld(SourceWorld.Options(registry.Authority, tokens.Authority) with
        {
            RegistryLogins = new Dictionary<string, Secret> { [registry.Authority] = new("me:pass") },
        });

        using var content = await world.FetchAsync($"oci://{registry.Authority}/org/law:v1");

        Assert.Equal(2, content.Files.Count);
        Assert.Equal($"Basic {Convert.ToBase64String("me:pass"u8)}", Assert.Single(tokens.Asked).Headers.Authorization);
    }

    [Theory]
    [InlineData("../escape")]
    [InlineData("/etc/passwd")]
    public async Task Fetch_TitleThatLeadsElsewhere_IsRefused(string title)
    {
        await using var registry = await Registry.StartAsync();
        await registry.PushAsync("org/law", "v1", new Dictionary<string, byte[]> { [title] = [1] });
        using var world = new SourceWorld(SourceWorld.Options(registry.Authority));

        Assert.Contains("no name of a file below a folder", await world.RefusedAsync($"oci://{registry.Authority}/org/law:v1"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fetch_LayerWithoutAName_IsRefusedByItsDigest()
    {
        await using var registry = await Registry.StartAsync();
        await registry.PushAsync("org/image", "v1", _files, manifest => manifest["layers"]![0]!.AsObject().Remove("annotations"));
        using var world = new SourceWorld(SourceWorld.Options(registry.Authority));

        string message = await world.RefusedAsync($"oci://{registry.Authority}/org/image:v1");

        Assert.Contains($"the layer sha256:{FakeHub.Digest(_files["adapter_config.json"])} is no file with a name", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fetch_ManifestOfAnotherDigest_IsRefused()
    {
        await using var server = await FakeServer.StartAsync(context => context.Response.WriteAsync(Manifest().ToJsonString()));
        using var world = new SourceWorld(SourceWorld.Options(server.Authority));

        Assert.Contains("the manifest that came has the digest", await world.RefusedAsync($"oci://{server.Authority}/law@sha256:{new string('a', 64)}"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fetch_BlobOfAnotherDigest_IsRefused()
    {
        await using var server = await FakeServer.StartAsync(context => context.Request.Path.Value!.Contains("/blobs/", StringComparison.Ordinal)
            ? context.Response.WriteAsync("XX")
            : context.Response.WriteAsync(Manifest().ToJsonString()));
        using var world = new SourceWorld(SourceWorld.Options(server.Authority));

        Assert.Contains("what came has the digest", await world.RefusedAsync($"oci://{server.Authority}/law:v1", name => name.EndsWith("json", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.Empty(world.Store.Objects);
    }

    [Theory]
    [InlineData("""{"manifests":[]}""", "an index of several artifacts")]
    [InlineData("""{"layers":{}}""", "has no layers")]
    [InlineData("""{"layers":[7]}""", "no SHA-256 digest")]
    [InlineData("""{"layers":[{"digest":"sha512:00","size":1}]}""", "no SHA-256 digest")]
    [InlineData("""{"layers":[{"digest":"sha256:../../x","size":1}]}""", "no SHA-256 digest")]
    public async Task Fetch_WrongManifest_IsRefused(string manifest, string problem)
    {
        await using var server = await FakeServer.StartAsync(context => context.Response.WriteAsync(manifest));
        using var world = new SourceWorld(SourceWorld.Options(server.Authority));

        Assert.Contains(problem, await world.RefusedAsync($"oci://{server.Authority}/law:v1"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fetch_BasicLogin_IsSentToItsRegistryOnly()
    {
        string login = $"Basic {Convert.ToBase64String("me:pass"u8)}";
        await using var storage = await FakeServer.StartAsync(context => FakeHub.SendAsync(context, _files.Values.Single(b => context.Request.Path.Value!.EndsWith(FakeHub.Digest(b), StringComparison.Ordinal))));
        await using var server = await FakeServer.StartAsync(context =>
        {
            if (context.Request.Headers.Authorization != login)
            {
                context.Response.StatusCode = StatusCodes.Status401Unauthorized;
                context.Response.Headers.WWWAuthenticate = "Basic realm=\"here\"";
                return Task.CompletedTask;
            }

            if (context.Request.Path.Value!.Contains("/blobs/", StringComparison.Ordinal))
            {
                context.Response.Redirect($"{storage.Address}/{context.Request.Path.Value!.Split(':')[1]}");
                return Task.CompletedTask;
            }

            return context.Response.WriteAsync(Manifest().ToJsonString());
        });
        using var world = new SourceWorld(SourceWorld.Options(server.Authority, storage.Authority) with
        {
            RegistryLogins = new Dictionary<string, Secret> { [server.Authority] = new("me:pass") },
        });

        using var content = await world.FetchAsync($"oci://{server.Authority}/law:v1");

        Assert.Equal(2, content.Files.Count);
        Assert.Equal(1 + 1 + 2, server.Asked.Count);
        Assert.All(storage.Asked, asked => Assert.False(asked.Headers.ContainsKey("Authorization")));
    }

    [Theory]
    [InlineData("Bearer realm=\"http://169.254.169.254/token\",service=\"x\"", "would be asked without TLS")]
    [InlineData("Bearer realm=\"https://169.254.169.254/token\",service=\"x\"", "has an inner address")]
    [InlineData("Bearer realm=\"nowhere\"", "doesn't say where its tokens are given")]
    [InlineData("Bearer", "doesn't say where its tokens are given")]
    [InlineData("Basic realm=\"here\"", "wants a login")]
    [InlineData("Negotiate", "wants a login")]
    public async Task Fetch_ChallengeThatCantBeMet_IsRefused(string challenge, string problem)
    {
        await using var server = await FakeServer.StartAsync(context =>
        {
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            context.Response.Headers.WWWAuthenticate = challenge;
            return Task.CompletedTask;
        });
        using var world = new SourceWorld(SourceWorld.Options(server.Authority));

        Assert.Contains(problem, await world.RefusedAsync($"oci://{server.Authority}/law:v1"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"token":7}""")]
    [InlineData("""{"token":"a\r\nb"}""")]
    public async Task Fetch_TokenThatIsNone_IsRefused(string answer)
    {
        await using var tokens = await FakeServer.StartAsync(context => context.Response.WriteAsync(answer));
        await using var server = await FakeServer.StartAsync(context =>
        {
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            context.Response.Headers.WWWAuthenticate = $"Bearer realm=\"{tokens.Address}/token\"";
            return Task.CompletedTask;
        });
        using var world = new SourceWorld(SourceWorld.Options(server.Authority, tokens.Authority));

        Assert.Contains("gives no token", await world.RefusedAsync($"oci://{server.Authority}/law:v1"), StringComparison.Ordinal);
    }

    private JsonObject Manifest() => new()
    {
        ["schemaVersion"] = 2,
        ["layers"] = new JsonArray([.. _files.Select(file => Registry.Descriptor("x/y", file.Value, new JsonObject { ["org.opencontainers.image.title"] = file.Key }))]),
    };
}
