using ExpertCluster.Node.Draining;
using ExpertCluster.Node.Options;
using ExpertCluster.TestSupport;

namespace ExpertCluster.Node.Tests.Draining;

public sealed class DrainTests
{
    private const int Seconds = 30;

    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;
    private readonly ManualTime _time = new();
    private readonly DrainState _state = new();
    private readonly Work _work;
    private readonly Drain _drain;

    public DrainTests()
    {
        _work = new Work(_state);
        _drain = new Drain(_state, _work, new NodeOptions { DrainSeconds = Seconds }, _time);
    }

    [Fact]
    public async Task Stop_Work_IsNotReadyFirstThenTakesNothingNewThenWaits()
    {
        await _drain.StartAsync(_cancellation);
        Assert.False(_state.Draining);

        var stopping = _drain.StopAsync(_cancellation);

        Assert.Equal(["begun, not ready", "closed, not ready"], _work.Told);
        Assert.False(stopping.IsCompleted);
        _work.Empty.SetResult();
        await stopping;
        Assert.Equal(2, _work.Told.Count);
    }

    [Fact]
    public async Task Stop_TimeIsUp_TellsItAndEnds()
    {
        var stopping = _drain.StopAsync(_cancellation);
        _time.Advance(TimeSpan.FromSeconds(Seconds) - TimeSpan.FromTicks(1));
        Assert.False(stopping.IsCompleted);

        _time.Advance(TimeSpan.FromTicks(1));

        await stopping;
        Assert.Equal("time is up after 30 s", _work.Told[^1]);
    }

    [Fact]
    public async Task Stop_Cancelled_Ends()
    {
        using var now = new CancellationTokenSource();
        var stopping = _drain.StopAsync(now.Token);

        await now.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => stopping);
    }

    private sealed class Work(DrainState state) : IDrainedWork
    {
        public TaskCompletionSource Empty { get; } = new();

        public List<string> Told { get; } = [];

        public int Running => 2;

        public Task CloseAsync()
        {
            Told.Add($"closed, {(state.Draining ? "not ready" : "ready")}");
            return Empty.Task;
        }

        public void TellBegun() => Told.Add($"begun, {(state.Draining ? "not ready" : "ready")}");

        public void TellTimeUp(int seconds) => Told.Add($"time is up after {seconds} s");
    }
}
