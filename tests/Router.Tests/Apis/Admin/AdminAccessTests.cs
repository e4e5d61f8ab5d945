using System.Net;
using ExpertCluster.Contracts.Failures;
using ExpertCluster.Router.Apis.Admin;
using ExpertCluster.Router.Options;
using ExpertCluster.Router.Tests.Support;
using Microsoft.AspNetCore.Http;

namespace ExpertCluster.Router.Tests.Apis.Admin;

public sealed class AdminAccessTests
{
    [Theory]
    [InlineData("local", "127.0.0.1", true)]
    [InlineData("local", "127.3.2.1", true)]
    [InlineData("local", "::1", true)]
    [InlineData("local", "::ffff:127.0.0.1", true)]
    [InlineData("local", "::ffff:10.0.0.1", false)]
    [InlineData("local", "10.0.0.1", false)]
    [InlineData("local", "fe80::1", false)]
    [InlineData("local", "0.0.0.0", false)]
    [InlineData("local", null, false)]
    [InlineData("on", "10.0.0.1", true)]
    [InlineData("on", null, true)]
    [InlineData("off", "127.0.0.1", false)]
    [InlineData("off", "10.0.0.1", false)]
    public void Refusal_Caller_IsByTheSetting(string setting, string? caller, bool may)
    {
        var access = AccessOf(new RouterOptions { Admin = setting });

        var refusal = access.Refusal(caller is null ? null : IPAddress.Parse(caller));

        Assert.Equal(may, refusal is null);
        if (refusal is not null)
        {
            Assert.Equal(FailureKind.Forbidden, refusal.Kind);
            Assert.Contains("ExpertCluster:Router:Admin", refusal.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Refusal_Default_IsForOthersThanTheMachinesOwn()
    {
        var access = AccessOf(new RouterOptions());

        Assert.Null(access.Refusal(IPAddress.Loopback));
        Assert.NotNull(access.Refusal(IPAddress.Parse("192.168.0.1")));
        Assert.Null(access.RefusalOf(""));
        Assert.Null(access.RefusalOf("Bearer whatever"));
    }

    [Theory]
    [InlineData("Bearer a-token-of-some-length", true)]
    [InlineData("bearer  a-token-of-some-length ", true)]
    [InlineData("", false)]
    [InlineData("Bearer", false)]
    [InlineData("Bearer ", false)]
    [InlineData("a-token-of-some-length", false)]
    [InlineData("Basic a-token-of-some-length", false)]
    [InlineData("Bearer a-token-of-some-lengtH", false)]
    [InlineData("Bearer a-token-of-some-length,Bearer a-token-of-some-length", false)]
    public void RefusalOf_Header_IsByTheToken(string header, bool may)
    {
        var refusal = AccessOf(new RouterOptions { AdminToken = "a-token-of-some-length" }).RefusalOf(header);

        Assert.Equal(may, refusal is null);
        if (refusal is not null)
        {
            Assert.Equal(FailureKind.Unauthenticated, refusal.Kind);
            Assert.DoesNotContain("some-len", refusal.Message, StringComparison.OrdinalIgnoreCase);
        }
    }

    /// <summary>A token lets nobody in whom the address keeps out.</summary>
    [Fact]
    public void Demand_TokenFromElsewhere_IsForbidden()
    {
        var http = new DefaultHttpContext();
        http.Connection.RemoteIpAddress = IPAddress.Parse("10.0.0.1");
        http.Request.Headers.Authorization = "Bearer a-token-of-some-length";

        var error = Assert.Throws<RequestFailedException>(() => AccessOf(new RouterOptions { AdminToken = "a-token-of-some-length" }).Demand(http));

        Assert.Equal(FailureKind.Forbidden, error.Failure.Kind);
    }

    private static AdminAccess AccessOf(RouterOptions options) => AdminCluster.AccessOf(options);
}
