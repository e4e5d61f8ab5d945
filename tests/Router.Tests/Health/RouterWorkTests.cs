using ExpertCluster.Router.Health;
using ExpertCluster.Router.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace ExpertCluster.Router.Tests.Health;

public sealed class RouterWorkTests : IDisposable
{
    private readonly ScriptedPipeline _script = new();

    public void Dispose() => _script.Dispose();

    /// <summary>A drain would wait for an answer that nobody reads, and cut it then.</summary>
    [Fact]
    public async Task Close_HeldStreamThatNobodyFollows_EndsAndTheDrainIsOver()
    {
        var admitted = new TaskCompletionSource();
        var reader = _script.Held.Begin("talk", "stream", async (stream, cancellation) =>
        {
            await _script.Admission.EnterAsync(cancellation);
            try
            {
                admitted.SetResult();
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellation);
            }
            finally
            {
                _script.Admission.Leave();
            }
        });
        await admitted.Task;
        reader.Dispose();

        await new RouterWork(_script.Admission, _script.Held, NullLogger<RouterWork>.Instance).CloseAsync();

        Assert.Equal(0, _script.Admission.InFlight);
        Assert.Equal("this router stops, and nobody listened; ask another", reader.Stream.Cut!.Message);
    }
}
