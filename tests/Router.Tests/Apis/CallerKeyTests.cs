using System.Net;
using ExpertCluster.Router.Apis;
using Microsoft.AspNetCore.Http;

namespace ExpertCluster.Router.Tests.Apis;

public sealed class CallerKeyTests
{
    [Fact]
    public void Of_Key_GoesBeforeTheAddress()
    {
        Assert.Equal(Of("10.0.0.1", "Bearer one"), Of("10.0.0.2", "Bearer one"));
        Assert.NotEqual(Of("10.0.0.1", "Bearer one"), Of("10.0.0.1", "Bearer two"));
        Assert.NotEqual(Of("10.0.0.1", "Bearer one"), Of("10.0.0.1", ""));
    }

    [Fact]
    public void Of_NoKey_IsTheAddress()
    {
        Assert.Equal(Of("10.0.0.1", ""), Of("10.0.0.1", ""));
        Assert.NotEqual(Of("10.0.0.1", ""), Of("10.0.0.2", ""));
        Assert.NotEqual(Of("::1", ""), Of("127.0.0.1", ""));
    }

    [Fact]
    public void Of_Nothing_IsSomebody() => Assert.NotEqual(0ul, Of(null, ""));

    private static ulong Of(string? address, string key)
    {
        var http = new DefaultHttpContext();
        http.Connection.RemoteIpAddress = address is null ? null : IPAddress.Parse(address);
        http.Request.Headers.Authorization = key;
        return CallerKey.Of(http);
    }
}
