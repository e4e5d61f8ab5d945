using System.Net;
using ExpertCluster.Contracts.Failures;
using ExpertCluster.Router.Apis.Admin;
using ExpertCluster.Router.Options;

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
        var access = new AdminAccess(new RouterOptions { Admin = setting });

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
        var access = new AdminAccess(new RouterOptions());

        Assert.Null(access.Refusal(IPAddress.Loopback));
        Assert.NotNull(access.Refusal(IPAddress.Parse("192.168.0.1")));
    }
}
