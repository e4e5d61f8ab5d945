using ExpertCluster.ExpertHost.Runtime;
using ExpertCluster.ExpertHost.Tests.Support;
using ExpertCluster.V1;
using Grpc.Core;

namespace ExpertCluster.ExpertHost.Tests.Serving;

/// <summary>Requests that another host was lost over, as this host takes them.</summary>
public sealed class SuspectTurnsTests(SmallModels models) : IAsyncLifetime
{
    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;
    private readonly HostParts _host = new(models);
    private ServedExperts _served = null!;
    private ExpertActivation _law = null!;

    public async ValueTask InitializeAsync()
    {
        _served = await ServedExperts.StartAsync(_host);
        _law = await _host.LoadAsync("law");
    }

    public async ValueTask DisposeAsync()
    {
        await _served.DisposeAsync();
        await _host.DisposeAsync();
    }

    [Fact(Timeout = 60_000)]
    public async Task Generate_Suspect_GivesWhatAnyRequestGets()
    {
        var ordinary = await _served.ReadAsync(Plans.Of(_law));

        var chunks = await ReadAsync(Suspect());

        Assert.Equal(TextOf(ordinary), TextOf(chunks));
    }

    /// <summary>Headers say that the turn has come: while one is at work, the next has none.</summary>
    [Fact(Timeout = 60_000)]
    public async Task Generate_TwoSuspects_TheSecondWaitsForTheFirstToken()
    {
        _host.Runner.Hold();
        using var first = _served.Client.Generate(Suspect(), cancellationToken: _cancellation);
        await first.ResponseHeadersAsync;
        using var second = _served.Client.Generate(Suspect(), cancellationToken: _cancellation);
        using var ordinary = _served.Client.Generate(Plans.Of(_law), cancellationToken: _cancellation);
        var headers = second.ResponseHeadersAsync;

        await AdvanceUntilAsync(() => _host.Runner.EnteredAsync().IsCompleted);
        Assert.False(headers.IsCompleted);

        _host.Runner.Release();
        await AdvanceUntilAsync(() => headers.IsCompleted);
        Assert.NotEmpty(await ReadAsync(first));
        Assert.NotEmpty(await ReadAsync(second));
        Assert.NotEmpty(await ReadAsync(ordinary));
    }

    /// <summary>Its text is read by then; what takes so long may be others.</summary>
    [Fact(Timeout = 60_000)]
    public async Task Generate_FirstTokenTakesLong_AnEmptyChunkSaysThatTheTurnIsOver()
    {
        _host.Runner.Hold();
        using var first = _served.Client.Generate(Suspect(), cancellationToken: _cancellation);
        var chunk = first.ResponseStream.MoveNext(_cancellation);

        await AdvanceUntilAsync(() => chunk.IsCompleted);
        Assert.Equal(new GenerateChunk(), first.ResponseStream.Current);

        using var second = _served.Client.Generate(Suspect(), cancellationToken: _cancellation);
        await second.ResponseHeadersAsync;
        _host.Runner.Release();
        Assert.Equal(5, (await ReadAsync(first)).Sum(c => c.Tokens.Count));
    }

    [Fact(Timeout = 60_000)]
    public async Task Generate_SuspectIsRefused_TheNextHasItsTurn()
    {
        var wrong = Suspect();
        wrong.Sampling.Temperature = -1;
        using var refused = _served.Client.Generate(wrong, cancellationToken: _cancellation);
        Assert.Equal(StatusCode.InvalidArgument, (await Assert.ThrowsAsync<RpcException>(() => ReadAsync(refused))).StatusCode);

        Assert.NotEmpty(await ReadAsync(Suspect()));
    }

    private GenerateRequest Suspect()
    {
        var request = Plans.Of(_law);
        request.Suspect = true;
        return request;
    }

    private static string TextOf(IEnumerable<GenerateChunk> chunks) => string.Concat(chunks.Select(c => c.Text));

    private async Task<List<GenerateChunk>> ReadAsync(GenerateRequest request)
    {
        using var call = _served.Client.Generate(request, cancellationToken: _cancellation);
        return await ReadAsync(call);
    }

    private async Task<List<GenerateChunk>> ReadAsync(AsyncServerStreamingCall<GenerateChunk> call)
    {
        var answer = call.ResponseStream.ReadAllAsync(_cancellation).ToListAsync(_cancellation).AsTask();
        await AdvanceUntilAsync(() => answer.IsCompleted);
        return await answer;
    }

    private async Task AdvanceUntilAsync(Func<bool> done)
    {
        while (!done())
        {
            _host.Time.Advance(TimeSpan.FromMilliseconds(1));
            await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System, _cancellation);
        }
    }
}
