using ExpertCluster.Node.Hosting;
using ExpertCluster.Node.Options;
using ExpertCluster.TestSupport;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace ExpertCluster.Node.Tests.Hosting;

public sealed class StallGuardTests
{
    private const int Limit = 7;

    private readonly ManualTime _time = new();
    private readonly DefaultHttpContext _http = new();
    private readonly Stream _stream = new();
    private readonly Connection _connection = new();
    private readonly StallGuard _guard;

    public StallGuardTests()
    {
        _guard = new StallGuard(new NodeOptions { StallSeconds = Limit }, _time);
        _http.Features.Set<IHttpResetFeature>(_stream);
        _http.Features.Set<IHttpRequestLifetimeFeature>(_connection);
    }

    [Fact]
    public async Task Wait_EachWriteInTime_GoesOnHoweverLongAllTake()
    {
        for (int i = 0; i < 10; i++)
        {
            var write = new TaskCompletionSource();
            var waiting = _guard.WaitAsync(write.Task, _http).AsTask();
            _time.Advance(TimeSpan.FromSeconds(Limit - 1));
            Assert.False(waiting.IsCompleted);
            write.SetResult();
            await waiting;
        }

        Assert.Equal((null, 0), (_stream.Code, _connection.Aborts));
    }

    [Fact]
    public async Task Wait_AWriteOverTheLimit_ResetsItsStreamAlone()
    {
        var write = new TaskCompletionSource();
        _stream.OnReset = () => write.SetException(new IOException("reset"));
        var waiting = _guard.WaitAsync(write.Task, _http).AsTask();

        _time.Advance(TimeSpan.FromSeconds(Limit));

        await Assert.ThrowsAsync<StalledReaderException>(() => waiting);
        Assert.Equal((0xB, 0), (_stream.Code, _connection.Aborts));
    }

    [Fact]
    public async Task Wait_OverTheLimitWithoutStreams_AbortsTheConnection()
    {
        var write = new TaskCompletionSource();
        _http.Features.Set<IHttpResetFeature>(null);
        _connection.OnAbort = write.SetCanceled;
        var waiting = _guard.WaitAsync(write.Task, _http).AsTask();

        _time.Advance(TimeSpan.FromSeconds(Limit));

        await Assert.ThrowsAsync<StalledReaderException>(() => waiting);
        Assert.Equal(1, _connection.Aborts);
    }

    [Fact]
    public async Task Wait_AWriteThatFails_FailsAsItDid()
    {
        var waiting = _guard.WaitAsync(Task.FromException(new IOException("gone")), _http).AsTask();

        Assert.Equal("gone", (await Assert.ThrowsAsync<IOException>(() => waiting)).Message);
        Assert.Null(_stream.Code);
    }

    private sealed class Stream : IHttpResetFeature
    {
        public int? Code { get; private set; }

        public Action OnReset { get; set; } = () => { };

        public void Reset(int errorCode)
        {
            Code = errorCode;
            OnReset();
        }
    }

    private sealed class Connection : IHttpRequestLifetimeFeature
    {
        public CancellationToken RequestAborted { get; set; }

        public int Aborts { get; private set; }

        public Action OnAbort { get; set; } = () => { };

        public void Abort()
        {
            Aborts++;
            OnAbort();
        }
    }
}
