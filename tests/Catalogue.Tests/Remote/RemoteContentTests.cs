using ExpertCluster.Catalogue.Prepared;
using ExpertCluster.Catalogue.Remote;
using ExpertCluster.Catalogue.Store;
using Microsoft.AspNetCore.Http;

namespace ExpertCluster.Catalogue.Tests.Remote;

/// <summary>Bases, adapters and gates of a server, by digest.</summary>
public sealed class RemoteContentTests : IAsyncLifetime
{
    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;
    private PublishedWorld _world = null!;

    public async ValueTask InitializeAsync() => _world = await PublishedWorld.StartAsync();

    public ValueTask DisposeAsync() => _world.DisposeAsync();

    [Fact]
    public async Task Open_Base_IsAFolderOfItsFiles()
    {
        using var place = await OpenAsync(_world.Open().Content, _world.Prepared.Base, "base small");

        Assert.Equal(["tokenizer.json", "weights.bin"], Directory.GetFiles(place.Path).Select(f => Path.GetFileName(f)).Order());
        Assert.Equal("twelve bytes", File.ReadAllText(Path.Combine(place.Path, "weights.bin")));
    }

    [Fact]
    public async Task Open_PartOfAFolder_FetchesNoMore()
    {
        using var place = await _world.Open().Content.OpenTokenGateAsync(_world.Prepared.Gates, "small", _cancellation);

        Assert.Equal("of one", File.ReadAllText(Path.Combine(place.Path, "token/small/gate.onnx")));
        Assert.Single(_world.Server.Asked);
    }

    [Fact]
    public async Task Open_PartThatTheFolderDoesNotHave_IsRefused()
    {
        var error = await Assert.ThrowsAsync<CatalogueException>(() => _world.Open().Content.OpenTokenGateAsync(_world.Prepared.Gates, "large", _cancellation));

        Assert.Equal("the token gate of base large: prepared.json lists no files of it", error.Message);
    }

    [Fact]
    public async Task Open_ManyAtOnce_IsOneFetch()
    {
        var content = _world.Open().Content;

        var places = await Task.WhenAll(Enumerable.Range(0, 30).Select(i => OpenAsync(content, _world.Prepared.Adapter, "the adapter of law")));

        Assert.Equal(1, _world.CountOf(_world.Prepared.Adapter, "adapter_model.safetensors"));
        Assert.Equal(30, places.Select(p => p.Path).Distinct().Count());
        Array.ForEach(places, place => place.Dispose());
        Assert.DoesNotContain(places, place => Directory.Exists(place.Path));
    }

    [Fact]
    public async Task Open_AgainWhileTheServerIsAway_ComesFromTheStore()
    {
        (await OpenAsync(_world.Open().Content, _world.Prepared.Adapter, "the adapter of law")).Dispose();
        _world.Break();

        // As another process, later.
        using var place = await OpenAsync(_world.Open().Content, _world.Prepared.Adapter, "the adapter of law");
        Assert.Equal("tensors", File.ReadAllText(Path.Combine(place.Path, "adapter_model.safetensors")));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(500)]
    [InlineData(503)]
    public async Task Open_ServerIsAway_MayGoWellLater(int status)
    {
        var content = _world.Open().Content;
        _world.Break(status);

        var error = await Assert.ThrowsAsync<ContentException>(() => OpenAsync(content, _world.Prepared.Adapter, "the adapter of law"));
        Assert.StartsWith("the adapter of law: adapter_", error.Message, StringComparison.Ordinal);

        _world.Mend();
        (await OpenAsync(content, _world.Prepared.Adapter, "the adapter of law")).Dispose();
    }

    [Fact]
    public async Task Open_ServerWhoseTlsFails_IsNoFaultOfTheContent()
    {
        var error = await Assert.ThrowsAsync<ContentException>(() => OpenAsync(_world.Open(scheme: "https").Content, _world.Prepared.Adapter, "the adapter of law"));

        Assert.Contains("SecureConnectionError", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("tensorS", "what came has the digest")]
    [InlineData("tensors and more", "they should be 7|it should be 7|7 bytes that it should be")]
    public async Task Open_AnotherContent_IsRefusedByNameOfWhoseItIsAndFile(string text, string reason)
    {
        _world.Lie("adapter_model.safetensors", System.Text.Encoding.UTF8.GetBytes(text));

        var error = await Assert.ThrowsAsync<CatalogueException>(() => OpenAsync(_world.Open().Content, _world.Prepared.Adapter, "the adapter of law"));

        Assert.StartsWith("the adapter of law: adapter_model.safetensors: ", error.Message, StringComparison.Ordinal);
        Assert.Matches(reason, error.Message);
        Assert.DoesNotContain(_world.Prepared.Adapter.Files[1].Sha256, _world.Store.Objects);
    }

    [Fact]
    public async Task Open_FileThatTheServerDoesNotHave_IsRefusedByName()
    {
        File.Delete(_world.Prepared[$"{_world.Prepared.Adapter.Path}/adapter_config.json"]);

        var error = await Assert.ThrowsAsync<CatalogueException>(() => OpenAsync(_world.Open().Content, _world.Prepared.Adapter, "the adapter of law"));

        Assert.Equal("the adapter of law: adapter_config.json: the server answered 404: there is no such thing", error.Message);
    }

    [Fact]
    public async Task Open_LineThatBreaks_GoesOnWhereItBrokeAndServesNoHalf()
    {
        var content = _world.Open().Content;
        _world.Instead = async context =>
        {
            if (!context.Request.Path.Value!.EndsWith("adapter_model.safetensors", StringComparison.Ordinal))
            {
                return false;
            }

            context.Response.ContentLength = 7;
            await context.Response.Body.WriteAsync("tens"u8.ToArray());
            await context.Response.Body.FlushAsync();

            // Not before they have come: what breaks a line may overtake what was sent on it.
            while (!Directory.GetFiles(Path.Combine(_world.Store.Options.Folder, "partial"), "*.part").Any(file => new FileInfo(file).Length == 4))
            {
                await Task.Yield();
            }

            context.Abort();
            return true;
        };
        await Assert.ThrowsAsync<ContentException>(() => OpenAsync(content, _world.Prepared.Adapter, "the adapter of law"));
        _world.Mend();

        using var place = await OpenAsync(content, _world.Prepared.Adapter, "the adapter of law");

        Assert.Equal("tensors", File.ReadAllText(Path.Combine(place.Path, "adapter_model.safetensors")));
        Assert.Equal("bytes=4-", _world.Server.Asked.Last(a => a.Path.EndsWith("adapter_model.safetensors", StringComparison.Ordinal)).Headers.Range);
    }

    [Fact]
    public async Task Open_ServerThatNeverAnswers_IsGivenUpForNow()
    {
        _world.Instead = async context =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted);
            return true;
        };

        var opening = OpenAsync(_world.Open().Content, _world.Prepared.Adapter, "the adapter of law");
        while (!opening.IsCompleted)
        {
            _world.Store.Time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        await Assert.ThrowsAsync<ContentException>(() => opening);
    }

    [Fact]
    public async Task Open_TakesLongerThanAFileMay_IsGivenUpForNow()
    {
        _world.Instead = async context =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted);
            return true;
        };

        var content = _world.Open(change: o => o with { FileTimeout = TimeSpan.FromSeconds(5), StallTimeout = TimeSpan.FromHours(1) }).Content;
        var opening = OpenAsync(content, _world.Prepared.Adapter, "the adapter of law");
        while (!opening.IsCompleted)
        {
            _world.Store.Time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        Assert.Contains("EXPERTCLUSTER_SOURCES_FILE_SECONDS", (await Assert.ThrowsAsync<ContentException>(() => opening)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Open_StoreIsFullOfWhatIsHeld_IsForLaterAndNothingHeldGoes()
    {
        await using var world = await PublishedWorld.StartAsync(storeBytes: 20);
        var content = world.Open().Content;
        var held = await OpenAsync(content, world.Prepared.Base, "base small");

        var error = await Assert.ThrowsAsync<ContentException>(() => OpenAsync(content, world.Prepared.Adapter, "the adapter of law"));
        Assert.Contains("are in use", error.Message, StringComparison.Ordinal);
        Assert.Equal("twelve bytes", File.ReadAllText(Path.Combine(held.Path, "weights.bin")));

        held.Dispose();
        using var place = await OpenAsync(content, world.Prepared.Adapter, "the adapter of law");
        Assert.DoesNotContain(world.Prepared.Base.Files[1].Sha256, world.Store.Objects);
    }

    [Fact]
    public async Task Open_MoreThanTheStoreMayHold_IsRefusedByTheLimitsName()
    {
        await using var world = await PublishedWorld.StartAsync(storeBytes: 10);

        var error = await Assert.ThrowsAsync<CatalogueException>(() => OpenAsync(world.Open().Content, world.Prepared.Base, "base small"));

        Assert.Contains("the model store may hold 10 (EXPERTCLUSTER_STORE_BYTES)", error.Message, StringComparison.Ordinal);
    }

    private Task<PreparedPlace> OpenAsync(RemoteContent content, PreparedFolder folder, string what) =>
        content.OpenAsync(folder, what, below: "", _cancellation);
}
