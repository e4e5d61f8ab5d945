using System.IO.Pipelines;
using ExpertCluster.Catalogue.Sources;
using ExpertCluster.Catalogue.Store;
using Microsoft.Extensions.Time.Testing;

namespace ExpertCluster.Catalogue.Tests.Sources;

public sealed class PatientBodyTests
{
    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;
    private readonly FakeTimeProvider _time = new();
    private readonly Pipe _pipe = new();
    private readonly byte[] _buffer = new byte[100];

    [Fact]
    public async Task Read_ServerThatIsStillForTooLong_EndsWithAReason()
    {
        await using var body = Body(most: 100);
        await _pipe.Writer.WriteAsync(new byte[10], _cancellation);
        Assert.Equal(10, await body.ReadAsync(_buffer, _cancellation));
        var read = body.ReadAsync(_buffer, _cancellation).AsTask();
        _time.Advance(TimeSpan.FromSeconds(29.9));
        Assert.False(read.IsCompleted);

        _time.Advance(TimeSpan.FromSeconds(0.1));

        var error = await Assert.ThrowsAsync<ContentException>(() => read);
        Assert.Equal(("x: the server sent nothing for 30 s", true), (error.Message, error.RetryHelps));
    }

    [Fact]
    public async Task Read_CallerThatGivesUp_IsNotTakenForAStall()
    {
        using var impatient = CancellationTokenSource.CreateLinkedTokenSource(_cancellation);
        await using var body = Body(most: 100);
        var read = body.ReadAsync(_buffer, impatient.Token).AsTask();

        await impatient.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => read);
    }

    [Fact]
    public async Task Read_MoreThanTheMost_IsRefused()
    {
        await using var body = Body(most: 15);
        await _pipe.Writer.WriteAsync(new byte[16], _cancellation);

        Assert.Equal("x: the server sends more than 15 bytes", (await Assert.ThrowsAsync<ContentException>(() => body.ReadAtLeastAsync(_buffer, 1, throwOnEndOfStream: false, _cancellation).AsTask())).Message);
    }

    [Fact]
    public async Task Read_LineThatBreaks_EndsWithAReason()
    {
        await using var body = Body(most: 100);
        await _pipe.Writer.CompleteAsync(new IOException("reset by peer"));

        Assert.True((await Assert.ThrowsAsync<ContentException>(() => body.ReadAtLeastAsync(_buffer, 1, throwOnEndOfStream: false, _cancellation).AsTask())).RetryHelps);
    }

    private PatientBody Body(long most) => new(_pipe.Reader.AsStream(), "x", TimeSpan.FromSeconds(30), most, _time);
}
