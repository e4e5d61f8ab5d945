using ExpertCluster.Catalogue.Prepared;
using ExpertCluster.Catalogue.Remote;
using ExpertCluster.Catalogue.Store;
using ExpertCluster.Contracts;
using Microsoft.AspNetCore.Http;

namespace ExpertCluster.Catalogue.Tests.Remote;

/// <summary>prepared.json on a server: looked at by its tag, and nothing that the server says or fails to say does harm.</summary>
public sealed class RemoteOriginTests : IAsyncLifetime
{
    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;
    private PublishedWorld _world = null!;

    public async ValueTask InitializeAsync() => _world = await PublishedWorld.StartAsync();

    public ValueTask DisposeAsync() => _world.DisposeAsync();

    [Fact]
    public async Task Look_PublishedCatalogue_IsTheFoldersOwn()
    {
        using var look = await LookAsync(_world.Open().Origin);

        Assert.Equal(PreparedCatalogue.Load(_world.Prepared.Path).Seal, look!.Catalogue.Seal);
        Assert.Equal("law", look.Catalogue.Experts.Single().Name);
    }

    [Fact]
    public async Task Look_NothingChanged_IsAskedByTheTagAndReadOnce()
    {
        var origin = _world.Open().Origin;
        using var first = await LookAsync(origin);

        Assert.Null(await LookAsync(origin, first!.Mark));

        Assert.Equal(["", first.Mark], _world.Server.Asked.Select(a => a.Headers.IfNoneMatch.ToString()));
    }

    [Fact]
    public async Task Look_Changed_IsTheNewOne()
    {
        var origin = _world.Open().Origin;
        using var first = await LookAsync(origin);

        Publish("tax");

        using var second = await LookAsync(origin, first!.Mark);
        Assert.Equal("tax", second!.Catalogue.Experts.Single().Name);
    }

    [Fact]
    public async Task Look_ServerThatKnowsNoTags_GoesByTimeAndSize()
    {
        _world.TagOf = _ => null;
        _world.Written = DateTimeOffset.UnixEpoch.AddDays(1);
        var origin = _world.Open().Origin;
        using var first = await LookAsync(origin);

        Assert.Null(await LookAsync(origin, first!.Mark));
        _world.Written = DateTimeOffset.UnixEpoch;
        using var second = await LookAsync(origin, first.Mark);

        Assert.NotNull(second);
        Assert.All(_world.Server.Asked, a => Assert.Equal(0, a.Headers.IfModifiedSince.Count));
    }

    [Fact]
    public async Task Look_ServerThatSaysNothingOfItsFile_IsReadEachTime()
    {
        _world.TagOf = _ => null;
        var origin = _world.Open().Origin;
        using var first = await LookAsync(origin);
        using var second = await LookAsync(origin, first!.Mark);

        Assert.Equal(first.Catalogue.Seal, second!.Catalogue.Seal);
    }

    [Fact]
    public async Task Look_TagThatStaysWhileTheContentChanges_IsSeenThrough()
    {
        _world.TagOf = _ => new("\"always\"");
        var origin = _world.Open().Origin;
        using var first = await LookAsync(origin);
        Publish("tax");

        PreparedLook? seen = null;
        int looks = 0;
        for (; seen is null && looks < RemoteOrigin.LooksOfAMark; looks++)
        {
            seen = await LookAsync(origin, first!.Mark);
        }

        Assert.Equal("tax", seen?.Catalogue.Experts.Single().Name);
        Assert.InRange(looks, 2, RemoteOrigin.LooksOfAMark);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(503)]
    [InlineData(429)]
    public async Task Look_ServerIsAway_IsNoFaultOfTheCatalogueAndHeals(int status)
    {
        var origin = _world.Open().Origin;
        using var first = await LookAsync(origin);
        _world.Break(status);

        var error = await Assert.ThrowsAsync<ContentException>(() => LookAsync(origin, first!.Mark));
        Assert.True(error.RetryHelps);
        Assert.StartsWith($"{_world.Shown}/prepared.json: ", error.Message, StringComparison.Ordinal);

        _world.Mend();
        Assert.Null(await LookAsync(origin, first!.Mark));
    }

    [Theory]
    [InlineData("{}", "format is missing")]
    [InlineData("<html>no such page</html>", "is not a prepared catalogue")]
    [InlineData("", "is not a prepared catalogue")]
    public async Task Look_ServerSendsSomethingElse_IsRefused(string text, string reason)
    {
        _world.Lie("prepared.json", System.Text.Encoding.UTF8.GetBytes(text));

        Assert.Contains(reason, (await Assert.ThrowsAsync<CatalogueException>(() => LookAsync(_world.Open().Origin))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Look_OneByteIsAnother_IsRefusedByTheSeal()
    {
        byte[] bytes = File.ReadAllBytes(_world.Prepared["prepared.json"]);
        bytes[bytes.AsSpan().IndexOf("law"u8)] = (byte)'L';
        _world.Lie("prepared.json", bytes);

        Assert.Contains("its seal does not fit", (await Assert.ThrowsAsync<CatalogueException>(() => LookAsync(_world.Open().Origin))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Look_HalfAFile_IsABrokenLine()
    {
        _world.Instead = async context =>
        {
            context.Response.ContentLength = 1000;
            await context.Response.Body.WriteAsync(new byte[500]);
            context.Abort();
            return true;
        };

        Assert.True((await Assert.ThrowsAsync<ContentException>(() => LookAsync(_world.Open().Origin))).RetryHelps);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Look_FileWithoutEnd_IsRefusedAtTheLimit(bool saysSo)
    {
        byte[] zeros = new byte[1 << 20];
        _world.Instead = async context =>
        {
            context.Response.ContentLength = saysSo ? 1L << 40 : null;
            while (!context.RequestAborted.IsCancellationRequested)
            {
                await context.Response.Body.WriteAsync(zeros, context.RequestAborted);
            }

            return true;
        };

        var error = await Assert.ThrowsAsync<CatalogueException>(() => LookAsync(_world.Open().Origin));

        Assert.EndsWith($"/prepared.json has more than {64 << 20} bytes", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Look_NotModifiedThoughNobodyAsked_IsRefused()
    {
        _world.Break(StatusCodes.Status304NotModified);

        Assert.Contains("answered 304", (await Assert.ThrowsAsync<ContentException>(() => LookAsync(_world.Open().Origin))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Look_RedirectToAnInnerAddress_IsRefused()
    {
        _world.Instead = context =>
        {
            context.Response.Redirect("http://127.0.0.1:9/prepared.json");
            return Task.FromResult(true);
        };

        Assert.Contains("EXPERTCLUSTER_SOURCES_ALLOWED_HOSTS", (await Assert.ThrowsAsync<ContentException>(() => LookAsync(_world.Open().Origin))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Look_RedirectOfTheServersOwn_IsFollowed()
    {
        _world.Instead = context =>
        {
            bool moves = !context.Request.Query.ContainsKey("moved");
            if (moves)
            {
                context.Response.Redirect($"{context.Request.Path}?moved=1");
            }

            return Task.FromResult(moves);
        };

        using var look = await LookAsync(_world.Open().Origin);
        Assert.NotNull(look);
    }

    [Fact]
    public async Task Look_WhoNeedsTheGateAndItIsNotThere_TakesNothingUntilItIs()
    {
        var origin = _world.Open(needsGate: true).Origin;
        string gate = _world.Prepared[$"{_world.Prepared.Gates.Path}/request/gate.onnx"];
        File.Move(gate, gate + ".late");

        var error = await Assert.ThrowsAsync<CatalogueException>(() => LookAsync(origin));
        Assert.StartsWith("the request gate: request/gate.onnx: the server answered 404", error.Message, StringComparison.Ordinal);

        File.Move(gate + ".late", gate);
        using var look = await LookAsync(origin);
        Assert.NotNull(look);
        Assert.Equal(0, _world.CountOf(_world.Prepared.Gates, "token/small/gate.onnx"));
    }

    [Fact]
    public async Task First_ServerIsAway_StartsFromWhatWasTakenLast()
    {
        (await _world.Open(needsGate: true).Origin.FirstAsync(_cancellation)).Dispose();
        _world.Break();

        using var first = await _world.Open(needsGate: true).Origin.FirstAsync(_cancellation);

        Assert.Equal("law", first.Catalogue.Experts.Single().Name);
        Assert.Empty(first.Mark);
    }

    [Fact]
    public async Task First_ServerSaysWhatCannotBe_StartsFromWhatWasTakenLast()
    {
        (await _world.Open().Origin.FirstAsync(_cancellation)).Dispose();
        _world.Lie("prepared.json", "{}"u8.ToArray());

        using var first = await _world.Open().Origin.FirstAsync(_cancellation);
        Assert.Equal("law", first.Catalogue.Experts.Single().Name);
    }

    [Fact]
    public async Task First_ServerIsAwayAndNothingIsKept_SaysWhoIsAway()
    {
        _world.Break();

        var error = await Assert.ThrowsAsync<ContentException>(() => _world.Open().Origin.FirstAsync(_cancellation));
        Assert.Contains($"{_world.Server.Authority} can't be asked", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task First_ServerIsAwayForAMoment_IsAskedAgain()
    {
        _world.Break();
        var first = _world.Open(change: o => o with { Attempts = 20, Backoff = TimeSpan.FromMilliseconds(1) }, time: TimeProvider.System).Origin.FirstAsync(_cancellation);
        while (_world.Server.Asked.IsEmpty)
        {
            await Task.Yield();
        }

        _world.Mend();
        (await first).Dispose();
    }

    [Fact]
    public async Task First_ServerIsAwayAndTheGateIsNotKept_IsTheServersFault()
    {
        (await _world.Open(needsGate: false).Origin.FirstAsync(_cancellation)).Dispose();
        _world.Break();

        await Assert.ThrowsAsync<ContentException>(() => _world.Open(needsGate: true).Origin.FirstAsync(_cancellation));
    }

    [Fact]
    public async Task First_WhatIsKeptWasDamaged_IsAsIfNothingWereKept()
    {
        (await _world.Open().Origin.FirstAsync(_cancellation)).Dispose();
        File.AppendAllText(Directory.GetFiles(Path.Combine(_world.Store.Options.Folder, "catalogues")).Single(), "x");
        _world.Break();

        await Assert.ThrowsAnyAsync<SetupException>(() => _world.Open().Origin.FirstAsync(_cancellation));
    }

    private void Publish(string expert)
    {
        var catalogue = _world.Prepared.Catalogue;
        (catalogue with { Experts = [catalogue.Experts[0] with { Name = expert }] }).Save(_world.Prepared.Path);
    }

    private Task<PreparedLook?> LookAsync(RemoteOrigin origin, string seen = "") => origin.LookAsync(seen, _cancellation);
}
