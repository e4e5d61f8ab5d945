using ExpertCluster.Router.Errors;
using Grpc.Core;

namespace ExpertCluster.Router.Tests.Errors;

public sealed class RouterErrorMapTests
{
    [Fact]
    public void Of_EveryError_HasItsStatuses()
    {
        Dictionary<RouterError, (StatusCode, int)> expected = new()
        {
            [RouterError.InvalidArgument] = (StatusCode.InvalidArgument, 400),
            [RouterError.UnknownModel] = (StatusCode.NotFound, 404),
            [RouterError.Unimplemented] = (StatusCode.Unimplemented, 501),
            [RouterError.Overloaded] = (StatusCode.ResourceExhausted, 429),
            [RouterError.Unavailable] = (StatusCode.Unavailable, 503),
            [RouterError.DeadlineExceeded] = (StatusCode.DeadlineExceeded, 504),
            [RouterError.Cancelled] = (StatusCode.Cancelled, 499),
            [RouterError.Internal] = (StatusCode.Internal, 500),
        };

        Assert.Equal(expected, Enum.GetValues<RouterError>().ToDictionary(e => e, e => (RouterErrorMap.Of(e).Grpc, RouterErrorMap.Of(e).Http)));
    }

    [Theory]
    [InlineData(StatusCode.InvalidArgument, RouterError.InvalidArgument)]
    [InlineData(StatusCode.ResourceExhausted, RouterError.Overloaded)]
    [InlineData(StatusCode.Unavailable, RouterError.Unavailable)]
    [InlineData(StatusCode.FailedPrecondition, RouterError.Unavailable)]
    [InlineData(StatusCode.Unknown, RouterError.Internal)]
    public void FromHost_Status_KeepsItsMeaning(StatusCode status, object expected) =>
        Assert.Equal((RouterError)expected, RouterErrorMap.FromHost(new Status(status, "why")).Error);
}
