using System.Text.Json.Nodes;
using ExpertCluster.Catalogue.Sources;
using ExpertCluster.Catalogue.Tests.Support;
using Microsoft.AspNetCore.Http;

namespace ExpertCluster.Catalogue.Tests.Sources;

public sealed class HubSourceTests
{
    private readonly FakeHub _hub = new FakeHub("org/law").With("adapter_config.json", "{}"u8.ToArray()).With("adapter_model.safetensors", new Content(2_000_000).Bytes)
        .With("README.md", "hello"u8.ToArray()).With("sub/folder/note one.txt", "deep"u8.ToArray());

    [Theory]
    [InlineData("hf://org/law", "main")]
    [InlineData("hf://org/law@v1.0", "v1.0")]
    [InlineData("hf://org/law@refs%2Fpr%2F7", "refs%2Fpr%2F7")]
    [InlineData($"hf://org/law@{FakeHub.Commit}", FakeHub.Commit)]
    public async Task Fetch_Repository_ReadsTheWantedFilesOfOneCommit(string uri, string revision)
    {
        await using var server = await FakeServer.StartAsync(_hub.AnswerAsync);
        using var world = World(server);

        using var content = await world.FetchAsync(uri, name => name.StartsWith("adapter", StringComparison.Ordinal));

        Assert.Equal($"commit {FakeHub.Commit}", content.Revision);
        Assert.Equal(["adapter_config.json", "adapter_model.safetensors"], Directory.GetFiles(content.Path).Select(Path.GetFileName).Order());
        Assert.Equal(new Content(2_000_000).Bytes, await File.ReadAllBytesAsync(Path.Combine(content.Path, "adapter_model.safetensors"), TestContext.Current.CancellationToken));
        Assert.Equal($"/api/models/org/law/revision/{revision}", server.Asked.First().Path);
        Assert.Equal($"reading {uri} at commit {FakeHub.Commit}: 2 files, 2000002 bytes", Assert.Single(world.Progress));
    }

    [Fact]
    public async Task Fetch_Subfolder_NamesAreRelativeToIt()
    {
        await using var server = await FakeServer.StartAsync(_hub.AnswerAsync);
        using var world = World(server);

        using var content = await world.FetchAsync("hf://org/law/sub/");

        Assert.Equal("folder/note one.txt", Assert.Single(content.Files).Name);
        Assert.Equal("deep", await File.ReadAllTextAsync(Path.Combine(content.Path, "folder/note one.txt"), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Fetch_Again_AsksForTheListOnly()
    {
        await using var server = await FakeServer.StartAsync(_hub.AnswerAsync);
        using var world = World(server);
        (await world.FetchAsync("hf://org/law")).Dispose();
        int before = server.Asked.Count;

        using var content = await world.FetchAsync("hf://org/law");

        Assert.Equal(4, content.Files.Count);
        Assert.Equal(before + 1, server.Asked.Count);
    }

    [Fact]
    public async Task Fetch_MirrorThatSaysNoSizes_IsReadAllTheSame()
    {
        _hub.SaysSizes = false;
        await using var server = await FakeServer.StartAsync(_hub.AnswerAsync);
        using var world = World(server);

        using var content = await world.FetchAsync("hf://org/law");

        Assert.Equal(FakeHub.Digest(new Content(2_000_000).Bytes), content.Files.Single(f => f.Bytes == 2_000_000).Sha256);
    }

    [Fact]
    public async Task Fetch_WithToken_SendsItToTheHubAndNotWhereItRedirects()
    {
        await using var store = await FakeServer.StartAsync(_hub.AnswerAsync);
        _hub.Token = "hf_secret";
        _hub.Instead = context =>
        {
            bool moves = context.Request.Path.StartsWithSegments("/large", StringComparison.Ordinal) && context.Request.Host.Port != store.Uri.Port;
            if (moves)
            {
                context.Response.Redirect(store.Address + context.Request.Path);
            }

            return Task.FromResult(moves);
        };
        await using var server = await FakeServer.StartAsync(_hub.AnswerAsync);
        using var world = new SourceWorld(SourceWorld.Options(store.Authority) with { HubEndpoint = server.Uri, HubToken = new Secret("hf_secret") });

        using var content = await world.FetchAsync("hf://org/law");

        Assert.All(server.Asked, asked => Assert.Equal("Bearer hf_secret", asked.Headers.Authorization));
        Assert.False(Assert.Single(store.Asked).Headers.ContainsKey("Authorization"));
    }

    [Fact]
    public async Task Fetch_WrongToken_IsRefusedWithoutShowingIt()
    {
        _hub.Token = "right";
        await using var server = await FakeServer.StartAsync(_hub.AnswerAsync);
        using var world = new SourceWorld(SourceWorld.Options() with { HubEndpoint = server.Uri, HubToken = new Secret("wr0ng") });

        string message = await world.RefusedAsync("hf://org/law");

        Assert.Equal("hf://org/law: the server answered 401: it wants a login, or another one", message);
    }

    [Fact]
    public async Task Fetch_LargeFileOfAnotherContent_IsRefused()
    {
        _hub.Change = list => list["siblings"]!.AsArray().Single(s => s!["rfilename"]!.GetValue<string>() == "adapter_model.safetensors")!["lfs"]!["sha256"] = new string('a', 64);
        await using var server = await FakeServer.StartAsync(_hub.AnswerAsync);
        using var world = World(server);

        Assert.Contains($"instead of {new string('a', 64)}", await world.RefusedAsync("hf://org/law"), StringComparison.Ordinal);
        Assert.Empty(world.Store.Names("views"));
    }

    [Theory]
    [InlineData("../escape")]
    [InlineData("/etc/passwd")]
    [InlineData("a/../../b")]
    [InlineData("a\\..\\b")]
    [InlineData("a\0b")]
    [InlineData("a//b")]
    [InlineData("./a")]
    [InlineData("C:evil")]
    [InlineData("")]
    public async Task Fetch_ListThatLeadsElsewhere_IsRefusedBeforeAFileIsRead(string name)
    {
        _hub.Change = list => list["siblings"]!.AsArray().Add(new JsonObject { ["rfilename"] = name, ["size"] = 3 });
        await using var server = await FakeServer.StartAsync(_hub.AnswerAsync);
        using var world = World(server);

        Assert.Contains("no name of a file below a folder", await world.RefusedAsync("hf://org/law"), StringComparison.Ordinal);
        Assert.Single(server.Asked);
    }

    [Theory]
    [InlineData("""{"sha":"main","siblings":[]}""", "doesn't say which commit")]
    [InlineData("""{"sha":7,"siblings":[]}""", "doesn't say which commit")]
    [InlineData("""{"siblings":[]}""", "doesn't say which commit")]
    [InlineData($$"""{"sha":"{{FakeHub.Commit}}"}""", "doesn't list the files")]
    [InlineData($$"""{"sha":"{{FakeHub.Commit}}","siblings":[7]}""", "a file without a name")]
    [InlineData($$"""{"sha":"{{FakeHub.Commit}}","siblings":[]}""", "no files there that are of use")]
    [InlineData($$"""{"sha":"{{FakeHub.Commit}}","siblings":[{"rfilename":"a"},{"rfilename":"a"}]}""", "lists a twice")]
    [InlineData($$"""{"sha":"{{FakeHub.Commit}}","siblings":[{"rfilename":"a"},{"rfilename":"a/b"}]}""", "one of its folders as a file")]
    [InlineData($$"""{"sha":"{{FakeHub.Commit}}","siblings":[{"rfilename":"a","size":-1}]}""", "bytes; at most")]
    [InlineData($$"""{"sha":"{{FakeHub.Commit}}","siblings":[{"rfilename":"a","size":9223372036854775807},{"rfilename":"b","size":9223372036854775807}]}""", "bytes; at most")]
    [InlineData($$$"""{"sha":"{{{FakeHub.Commit}}}","siblings":[{"rfilename":"a","lfs":{"sha256":"../../x"}}]}""", "a SHA-256 that is none")]
    [InlineData("[]", "no JSON object")]
    [InlineData("{", "no JSON")]
    [InlineData("<html>", "no JSON")]
    public async Task Fetch_WrongAnswer_IsRefused(string json, string problem)
    {
        await using var server = await FakeServer.StartAsync(context => context.Response.WriteAsync(json));
        using var world = World(server);

        Assert.Contains(problem, await world.RefusedAsync("hf://org/law"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fetch_AnotherCommitThanTheOneNamed_IsRefused()
    {
        await using var server = await FakeServer.StartAsync(_hub.AnswerAsync);
        using var world = World(server);

        Assert.Contains("doesn't say which commit", await world.RefusedAsync($"hf://org/law@{new string('b', 40)}"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fetch_NoEndpoint_NamesTheVariable()
    {
        using var world = new SourceWorld(new SourceOptions());

        Assert.Contains("HF_ENDPOINT", await world.RefusedAsync("hf://org/law"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("hf://law")]
    [InlineData("hf://org/")]
    [InlineData("hf://org/law@")]
    [InlineData("hf://org/law@a@b")]
    [InlineData("hf://org/law@..")]
    [InlineData("hf://org/law@..%2Fx")]
    [InlineData("hf://../law")]
    [InlineData("hf://org/law/../x")]
    [InlineData("hf://org/law?x=1")]
    [InlineData("hf://org/law#x")]
    public void ProblemOf_WrongUri_SaysTheForm(string uri)
    {
        using var world = new SourceWorld(new SourceOptions());

        Assert.Contains("must be hf://ORG/REPO", world.Sources.ProblemOf(uri), StringComparison.Ordinal);
    }

    private static SourceWorld World(FakeServer server) => new(SourceWorld.Options() with { HubEndpoint = server.Uri });
}
