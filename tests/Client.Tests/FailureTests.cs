using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;
using Microsoft.Extensions.AI;
using Status = Google.Rpc.Status;

namespace ExpertCluster.Client.Tests;

public class FailureTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task GetResponse_Refused_TellsStatusAndField()
    {
        var error = await FailAsync(new Status
        {
            Code = (int)StatusCode.InvalidArgument,
            Message = "temperature is 3; it must be 0 to 2",
            Details = { Any.Pack(new BadRequest { FieldViolations = { new BadRequest.Types.FieldViolation { Field = "temperature" } } }) },
        });

        Assert.Equal((StatusCode.InvalidArgument, "temperature", false, null), (error.StatusCode, error.Field, error.IsTransient, error.RetryAfter));
        Assert.Equal("temperature is 3; it must be 0 to 2 (InvalidArgument, field temperature)", error.Message);
        Assert.IsType<RpcException>(error.InnerException);
    }

    [Theory]
    [InlineData(StatusCode.ResourceExhausted, true, true)]
    [InlineData(StatusCode.ResourceExhausted, false, false)]
    [InlineData(StatusCode.Unavailable, false, true)]
    [InlineData(StatusCode.NotFound, false, false)]
    [InlineData(StatusCode.DeadlineExceeded, false, false)]
    public async Task GetResponse_Failed_TellsWhetherAnotherTryHelps(StatusCode code, bool hasDelay, bool helps)
    {
        var status = new Status { Code = (int)code, Message = "no" };
        if (hasDelay)
        {
            status.Details.Add(Any.Pack(new RetryInfo { RetryDelay = Duration.FromTimeSpan(TimeSpan.FromSeconds(2)) }));
        }

        var error = await FailAsync(status);

        Assert.Equal((code, helps, hasDelay ? TimeSpan.FromSeconds(2) : null), (error.StatusCode, error.IsTransient, error.RetryAfter));
        Assert.Equal($"no ({code})", error.Message);
    }

    [Fact]
    public async Task GetResponse_NobodyThere_IsUnavailable()
    {
        using var client = new ExpertClusterChatClient(new ExpertClusterClientOptions { Endpoint = "http://127.0.0.1:1" });

        var error = await Assert.ThrowsAsync<ExpertClusterException>(() => client.GetResponseAsync("x", cancellationToken: Cancellation));

        Assert.Equal((StatusCode.Unavailable, true), (error.StatusCode, error.IsTransient));
    }

    /// <summary>gRPC's client may tell of the read that broke, not of what broke it.</summary>
    [Fact]
    public void Of_ReadBreaksAsTheCallEndsHere_TellsWhatEndedIt()
    {
        var broken = new RpcException(new Grpc.Core.Status(StatusCode.Unavailable, "", new IOException("The request was aborted.")));
        var refusal = new RpcException(new Grpc.Core.Status(StatusCode.Unavailable, "full"));
        var cancelled = new CancellationToken(canceled: true);

        Assert.Equal(cancelled, Assert.IsType<OperationCanceledException>(CallFailures.Of(broken, isLate: true, cancelled)).CancellationToken);
        Assert.Equal(StatusCode.DeadlineExceeded, Assert.IsType<ExpertClusterException>(CallFailures.Of(broken, isLate: true, CancellationToken.None)).StatusCode);
        Assert.Equal(StatusCode.Unavailable, Assert.IsType<ExpertClusterException>(CallFailures.Of(broken, isLate: false, CancellationToken.None)).StatusCode);
        Assert.Equal(StatusCode.Unavailable, Assert.IsType<ExpertClusterException>(CallFailures.Of(refusal, isLate: true, cancelled)).StatusCode);
    }

    [Fact]
    public async Task GetResponse_MalformedDetails_AreNotThere()
    {
        await using var router = await FakeRouter.StartAsync();
        router.Answer = (_, _, _) => throw new RpcException(
            new Grpc.Core.Status(StatusCode.NotFound, "no"), new Metadata { { "grpc-status-details-bin", new byte[] { 0xff, 1, 2 } } });
        using var client = router.Client();

        var error = await Assert.ThrowsAsync<ExpertClusterException>(() => client.GetResponseAsync("x", cancellationToken: Cancellation));

        Assert.Equal((StatusCode.NotFound, null), (error.StatusCode, error.Field));
    }

    private static async Task<ExpertClusterException> FailAsync(Status status)
    {
        await using var router = await FakeRouter.StartAsync();
        router.Answer = (_, _, _) => throw status.ToRpcException();
        using var client = router.Client();
        return await Assert.ThrowsAsync<ExpertClusterException>(() => client.GetResponseAsync("x", cancellationToken: Cancellation));
    }
}
