using ExpertCluster.Router.Discovery;

namespace ExpertCluster.Router.Tests.Discovery;

public sealed class UnusableExpertsTests
{
    private readonly UnusableExperts _unusable = new();

    [Fact]
    public void Add_TheSameExpertAgain_IsNoNews()
    {
        Assert.True(_unusable.Add("law", "its files"));
        Assert.False(_unusable.Add("law", "its files"));
        Assert.Equal("its files", _unusable.ReasonOf("law"));
        Assert.Null(_unusable.ReasonOf("tax"));
    }

    [Fact]
    public void Remove_Mended_IsUsableAndNewsWhenItBreaksAgain()
    {
        _unusable.Add("law", "its files");

        _unusable.Remove("law");
        _unusable.Remove("tax");

        Assert.Null(_unusable.ReasonOf("law"));
        Assert.True(_unusable.Add("law", "again"));
    }
}
