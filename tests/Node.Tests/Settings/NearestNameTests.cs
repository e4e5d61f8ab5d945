using ExpertCluster.Node.Settings;

namespace ExpertCluster.Node.Tests.Settings;

public sealed class NearestNameTests
{
    [Theory]
    [InlineData("QueueLimit", "QueueLimit", 0)]
    [InlineData("QUEUELIMIT", "QueueLimit", 0)]
    [InlineData("QueueLimt", "QueueLimit", 1)]
    [InlineData("kitten", "sitting", 3)]
    [InlineData("", "abc", 3)]
    [InlineData("abc", "", 3)]
    public void IsNear_TwoNames_CountsLetters(string name, string known, int expected)
    {
        _ = NearestName.IsNear(name, known, out int distance);

        Assert.Equal(expected, distance);
    }

    [Theory]
    [InlineData("Slot", "Slots", true)]
    [InlineData("Name", "Nose", false)]
    [InlineData("MaxInFligt", "MaxInFlight", true)]
    [InlineData("Port", "HttpPort", false)]
    public void IsNear_AThirdOfTheLetters_IsTheLimit(string name, string known, bool near) => Assert.Equal(near, NearestName.IsNear(name, known, out _));

    [Fact]
    public void IsNear_VeryLongName_IsNotCompared() => Assert.False(NearestName.IsNear(new string('a', 129), new string('a', 129), out _));
}
