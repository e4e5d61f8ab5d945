using Grpc.Core;

namespace Grpc.AspNetCore.Tests.Core;

public sealed class MetadataEntryTests
{
    [Fact]
    public void Entry_UpperCaseKey_IsLowered() => Assert.Equal("x-tenant", new Metadata.Entry("X-Tenant", "a").Key);

    [Theory]
    [InlineData("")]
    [InlineData("a b")]
    [InlineData("a:b")]
    [InlineData("é")]
    public void Entry_BadKey_IsRefused(string key) => Assert.Throws<ArgumentException>(() => new Metadata.Entry(key, "v"));

    [Fact]
    public void Entry_KindOfValueAgainstKey_IsRefused()
    {
        Assert.Throws<ArgumentException>(() => new Metadata.Entry("x-bin", "text"));
        Assert.Throws<ArgumentException>(() => new Metadata.Entry("x", [1]));
        Assert.Throws<InvalidOperationException>(() => new Metadata.Entry("x-bin", [1]).Value);
    }

    [Fact]
    public void Get_SeveralEntries_GivesTheLast()
    {
        var metadata = new Metadata { { "a", "1" }, { "b", "2" }, { "a", "3" } };
        Assert.Equal("3", metadata.GetValue("A"));
        Assert.Equal(["1", "3"], metadata.GetAll("a").Select(entry => entry.Value));
        Assert.Null(metadata.GetValue("c"));
        Assert.Throws<InvalidOperationException>(() => Metadata.Empty.Add("a", "b"));
    }
}
