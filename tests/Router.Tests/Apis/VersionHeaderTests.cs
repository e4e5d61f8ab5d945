using ExpertCluster.Contracts.Completions;
using ExpertCluster.Contracts.Failures;
using ExpertCluster.Router.Apis;
using Microsoft.AspNetCore.Http;

namespace ExpertCluster.Router.Tests.Apis;

public sealed class VersionHeaderTests
{
    [Theory]
    [InlineData("stable", ExpertVersion.Stable)]
    [InlineData("canary", ExpertVersion.Canary)]
    public void Read_AVersion_IsThat(string value, ExpertVersion version) => Assert.Equal(version, Read("x-expertcluster-version", value));

    [Fact]
    public void Read_NoHeader_IsNone() => Assert.Null(Read("x-other", "canary"));

    [Theory]
    [InlineData("shadow")]
    [InlineData("Canary")]
    [InlineData("")]
    [InlineData("canary ")]
    [InlineData("1")]
    [InlineData("stable", "canary")]
    [InlineData("canary", "canary")]
    public void Read_AnotherValue_IsRefusedAndNamed(params string[] values)
    {
        var failure = Assert.Throws<RequestFailedException>(() => Read("X-ExpertCluster-Version", values)).Failure;

        Assert.Equal(
            (FailureKind.InvalidArgument, "X-ExpertCluster-Version", $"X-ExpertCluster-Version is \"{string.Join(',', values)}\"; it must be stable or canary"),
            (failure.Kind, failure.Field, failure.Message));
    }

    [Fact]
    public void Read_LongValue_IsTold_Shortened() =>
        Assert.InRange(Assert.Throws<RequestFailedException>(() => Read(VersionHeader.Name, new string('x', 5000))).Message.Length, 1, 200);

    private static ExpertVersion? Read(string name, params string[] values)
    {
        var http = new DefaultHttpContext();
        http.Request.Headers[name] = values;
        return VersionHeader.Read(http);
    }
}
