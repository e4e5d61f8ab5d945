using Grpc.AspNetCore.Server.Binding;

namespace Grpc.AspNetCore.Tests.Server;

public sealed class GrpcRequestConstraintTests
{
    [Theory]
    [InlineData("Echo", false)]
    [InlineData("echo", false)]
    [InlineData("Other", true)]
    public void MatchesLiteral_MappedMethod_KeepsTheFallbackAway(string literal, bool matches)
    {
        var registry = new ServiceRegistry();
        registry.AddMethod("Echo");
        Assert.Equal(matches, new GrpcRequestConstraint(registry).MatchesLiteral("unimplementedMethod", literal));
    }
}
