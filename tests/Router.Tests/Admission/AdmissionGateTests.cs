using ExpertCluster.Contracts.Failures;
using ExpertCluster.Router.Admission;
using ExpertCluster.Router.Options;

namespace ExpertCluster.Router.Tests.Admission;

public sealed class AdmissionGateTests
{
    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Enter_PlacesAndQueueFull_RefusesTheNext()
    {
        using var gate = Gate(places: 1, queue: 1);
        await gate.EnterAsync(_cancellation);
        var waiting = gate.EnterAsync(_cancellation).AsTask();

        var error = await Assert.ThrowsAsync<RequestFailedException>(() => gate.EnterAsync(_cancellation).AsTask());

        Assert.Equal(FailureKind.Overloaded, error.Failure.Kind);
        Assert.Equal((1, 1), (gate.InFlight, gate.Waiting));
        gate.Leave();
        await waiting;
        Assert.Equal((1, 0), (gate.InFlight, gate.Waiting));
    }

    [Fact]
    public async Task Enter_CancelledWhileWaiting_LeavesTheQueue()
    {
        using var gate = Gate(places: 1, queue: 1);
        await gate.EnterAsync(_cancellation);
        using var cancel = new CancellationTokenSource();
        var waiting = gate.EnterAsync(cancel.Token).AsTask();

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        Assert.Equal(0, gate.Waiting);
    }

    [Fact]
    public async Task Close_WhileOneRuns_RefusesNewAndWaitsForIt()
    {
        using var gate = Gate(places: 2, queue: 0);
        await gate.EnterAsync(_cancellation);

        var closed = gate.CloseAsync();

        Assert.False(closed.IsCompleted);
        var error = await Assert.ThrowsAsync<RequestFailedException>(() => gate.EnterAsync(_cancellation).AsTask());
        Assert.Equal(FailureKind.Unavailable, error.Failure.Kind);
        gate.Leave();
        await closed.WaitAsync(_cancellation);
        Assert.Equal(0, gate.InFlight);
    }

    [Fact]
    public async Task Close_NothingRuns_CompletesAtOnce()
    {
        using var gate = Gate(places: 1, queue: 0);

        await gate.CloseAsync().WaitAsync(_cancellation);
    }

    private static AdmissionGate Gate(int places, int queue) => new(new RouterOptions { MaxInFlight = places, QueueLimit = queue });
}
