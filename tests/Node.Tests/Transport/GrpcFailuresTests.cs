using ExpertCluster.Contracts.Failures;
using ExpertCluster.Node.Transport;
using Google.Protobuf;
using Grpc.Core;

namespace ExpertCluster.Node.Tests.Transport;

public sealed class GrpcFailuresTests
{
    private const string Details = "grpc-status-details-bin";

    public static TheoryData<FailureKind> Kinds => [.. Enum.GetValues<FailureKind>()];

    [Theory]
    [InlineData(FailureKind.InvalidArgument, StatusCode.InvalidArgument)]
    [InlineData(FailureKind.PromptTooLong, StatusCode.InvalidArgument)]
    [InlineData(FailureKind.Gone, StatusCode.NotFound)]
    [InlineData(FailureKind.TooLarge, StatusCode.ResourceExhausted)]
    [InlineData(FailureKind.UnknownModel, StatusCode.NotFound)]
    [InlineData(FailureKind.Unimplemented, StatusCode.Unimplemented)]
    [InlineData(FailureKind.Overloaded, StatusCode.ResourceExhausted)]
    [InlineData(FailureKind.Unavailable, StatusCode.Unavailable)]
    [InlineData(FailureKind.DeadlineExceeded, StatusCode.DeadlineExceeded)]
    [InlineData(FailureKind.Cancelled, StatusCode.Cancelled)]
    [InlineData(FailureKind.Internal, StatusCode.Internal)]
    [InlineData(FailureKind.Conflict, StatusCode.FailedPrecondition)]
    [InlineData(FailureKind.Forbidden, StatusCode.PermissionDenied)]
    [InlineData(FailureKind.Unauthenticated, StatusCode.Unauthenticated)]
    public void CodeOf_EveryKind_IsItsStatus(FailureKind kind, StatusCode code) => Assert.Equal(code, GrpcFailures.CodeOf(kind));

    [Theory]
    [MemberData(nameof(Kinds))]
    public void ToException_FieldAndDelay_ComeBack(FailureKind kind)
    {
        var error = GrpcFailures.ToException(new Failure(kind, "top_k is -1; größer", "top_k") { RetryAfter = TimeSpan.FromMilliseconds(1500) });

        Assert.Equal((GrpcFailures.CodeOf(kind), "top_k is -1; größer"), (error.StatusCode, error.Status.Detail));
        Assert.Equal(("top_k", TimeSpan.FromMilliseconds(1500)), (GrpcFailures.FieldOf(error), GrpcFailures.RetryAfterOf(error)));
    }

    [Fact]
    public void ToException_NeitherFieldNorDelay_HasNeither()
    {
        var error = GrpcFailures.ToException(new Failure(FailureKind.Internal, "why"));

        Assert.Equal((null, null), (GrpcFailures.FieldOf(error), GrpcFailures.RetryAfterOf(error)));
    }

    /// <summary>A peer may send what it likes there; its status counts all the same.</summary>
    [Theory]
    [InlineData("")]
    [InlineData("FF")]
    [InlineData("0A05")]
    [InlineData("08031A0212FF")]
    public void FieldOf_MalformedDetails_IsNull(string hex)
    {
        var error = new RpcException(new Status(StatusCode.InvalidArgument, "why"), new Metadata { { Details, Convert.FromHexString(hex) } });

        Assert.Equal((null, null), (GrpcFailures.FieldOf(error), GrpcFailures.RetryAfterOf(error)));
    }

    [Fact]
    public void FieldOf_DetailOfAKnownKindThatIsNone_IsNull()
    {
        var status = new Google.Rpc.Status { Code = 3 };
        status.Details.Add(new Google.Protobuf.WellKnownTypes.Any { TypeUrl = "type.googleapis.com/google.rpc.BadRequest", Value = ByteString.CopyFrom(0x0A, 0x7F) });
        status.Details.Add(new Google.Protobuf.WellKnownTypes.Any { TypeUrl = "type.googleapis.com/google.rpc.RetryInfo", Value = ByteString.CopyFrom(0x0A, 0x7F) });
        var error = new RpcException(new Status(StatusCode.InvalidArgument, "why"), new Metadata { { Details, status.ToByteArray() } });

        Assert.Equal((null, null), (GrpcFailures.FieldOf(error), GrpcFailures.RetryAfterOf(error)));
    }

    /// <summary>A delay of three hundred thousand years is none that a time span holds.</summary>
    [Fact]
    public void RetryAfterOf_DelayThatNoTimeSpanHolds_IsNull()
    {
        var status = new Google.Rpc.Status { Code = 14 };
        status.Details.Add(Google.Protobuf.WellKnownTypes.Any.Pack(new Google.Rpc.RetryInfo { RetryDelay = new() { Seconds = long.MaxValue, Nanos = -5 } }));

        Assert.Null(GrpcFailures.RetryAfterOf(new RpcException(new Status(StatusCode.Unavailable, ""), new Metadata { { Details, status.ToByteArray() } })));
    }
}
