using ExpertCluster.Fabric.Grains;

namespace ExpertCluster.Fabric.Tests.Grains;

public sealed class RevisionIdTests
{
    [Theory]
    [InlineData("0123456789abcdef0123456789abcdef", 0x0123456789abcdefUL)]
    [InlineData("ff", 0xffUL)]
    [InlineData("", 0UL)]
    [InlineData("no hex at all", 0UL)]
    public void Of_Revision_IsItsFirstEightBytes(string revision, ulong id) => Assert.Equal(id, RevisionId.Of(revision));
}
