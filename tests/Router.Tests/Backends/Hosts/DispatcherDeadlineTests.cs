using System.Globalization;
using ExpertCluster.Contracts.Failures;
using ExpertCluster.Router.Backends.Hosts;
using ExpertCluster.Router.Tests.Support;
using ExpertCluster.V1;
using Grpc.Core;

namespace ExpertCluster.Router.Tests.Backends.Hosts;

/// <summary>What a host is told of the time that a caller gives, over a real connection.</summary>
public sealed class DispatcherDeadlineTests
{
    private TimeSpan _timeout;

    [Fact]
    public async Task Dispatch_CallerHasADeadline_HostSeesNoMoreThanThat()
    {
        await using var hosts = await FakeHosts.StartAsync(1, AnswerAsync);

        using var stream = await DispatchAsync(hosts, TimeSpan.FromSeconds(90));

        Assert.InRange(_timeout, TimeSpan.FromTicks(1), TimeSpan.FromSeconds(90));
    }

    [Fact]
    public async Task Dispatch_DeadlineHasPassed_IsDeadlineExceededAndAsksNobody()
    {
        await using var hosts = await FakeHosts.StartAsync(1, AnswerAsync);

        var error = await Assert.ThrowsAsync<RequestFailedException>(() => DispatchAsync(hosts, TimeSpan.FromSeconds(-1)));

        Assert.Equal(FailureKind.DeadlineExceeded, error.Failure.Kind);
        Assert.Equal(TimeSpan.Zero, _timeout);
    }

    private static Task<HostStream> DispatchAsync(FakeHosts hosts, TimeSpan left) => hosts.Dispatcher.DispatchAsync(
        Streams.CallOf(new GenerateRequest(), TimeProvider.System.GetUtcNow().UtcDateTime + left), resumes: false, TestContext.Current.CancellationToken);

    private async Task AnswerAsync(int host, GenerateRequest request, IServerStreamWriter<GenerateChunk> stream, ServerCallContext context)
    {
        _timeout = Parse(context.GetHttpContext().Request.Headers["grpc-timeout"].ToString());
        await stream.WriteAsync(new GenerateChunk { Text = "a" }, context.CancellationToken);
    }

    private static TimeSpan Parse(string header)
    {
        long value = long.Parse(header[..^1], CultureInfo.InvariantCulture);
        return header[^1] switch
        {
            'S' => TimeSpan.FromSeconds(value),
            'm' => TimeSpan.FromMilliseconds(value),
            'u' => TimeSpan.FromMicroseconds(value),
            'n' => TimeSpan.FromMicroseconds(value / 1000.0),
            _ => TimeSpan.FromMinutes(value),
        };
    }
}
