using ExpertCluster.Contracts.Failures;
using ExpertCluster.Node.Transport;
using ExpertCluster.Router.Backends.Hosts;
using Grpc.Core;

namespace ExpertCluster.Router.Tests.Backends.Hosts;

public sealed class HostFailuresTests
{
    [Theory]
    [InlineData(StatusCode.InvalidArgument, FailureKind.InvalidArgument)]
    [InlineData(StatusCode.OutOfRange, FailureKind.InvalidArgument)]
    [InlineData(StatusCode.ResourceExhausted, FailureKind.Overloaded)]
    [InlineData(StatusCode.Unavailable, FailureKind.Unavailable)]
    [InlineData(StatusCode.FailedPrecondition, FailureKind.Unavailable)]
    [InlineData(StatusCode.Unimplemented, FailureKind.Unimplemented)]
    [InlineData(StatusCode.DeadlineExceeded, FailureKind.DeadlineExceeded)]
    [InlineData(StatusCode.Cancelled, FailureKind.Cancelled)]
    [InlineData(StatusCode.Unknown, FailureKind.Internal)]
    [InlineData(StatusCode.DataLoss, FailureKind.Internal)]
    public void Of_Status_KeepsItsMeaningAndItsText(StatusCode status, FailureKind kind)
    {
        var failure = HostFailures.Of(new RpcException(new Status(status, "why"))).Failure;

        Assert.Equal((kind, "why"), (failure.Kind, failure.Message));
    }

    [Fact]
    public void Of_PromptTooLong_IsAKindOfItsOwnWithItsField()
    {
        var failure = HostFailures.Of(GrpcFailures.ToException(StatusCode.InvalidArgument, "prompt has 9 tokens", FailureReasons.PromptTooLong, "", "prompt")).Failure;

        Assert.Equal(new Failure(FailureKind.PromptTooLong, "prompt has 9 tokens", "prompt"), failure);
    }

    [Fact]
    public void Of_HostNamedFieldAndDelay_KeepsThem()
    {
        var sent = new Failure(FailureKind.Overloaded, "full", "prompt") { RetryAfter = TimeSpan.FromSeconds(7) };

        Assert.Equal(sent, HostFailures.Of(GrpcFailures.ToException(sent)).Failure);
    }

    [Fact]
    public void Of_ConnectionThatFailed_SaysNothingOfTheInside()
    {
        var status = new Status(StatusCode.Unavailable, "Error connecting to 10.0.0.7:50051: SocketException", new IOException("10.0.0.7"));

        string message = HostFailures.Of(new RpcException(status)).Message;

        Assert.DoesNotContain("10.0.0.7", message, StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", message, StringComparison.Ordinal);
    }
}
