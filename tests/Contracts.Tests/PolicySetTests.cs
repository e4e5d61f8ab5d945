namespace ExpertCluster.Contracts.Tests;

public sealed class PolicySetTests
{
    [Fact]
    public void Find_ByName_IsExact()
    {
        var set = new PolicySet<IPolicy>([new Named("a"), new Named("b")]);

        Assert.Equal("b", set.Find("b")!.Name);
        Assert.Null(set.Find("B"));
        Assert.Equal(["a", "b"], set.Names);
    }

    [Fact]
    public void Constructor_TwoOfOneName_SaysWhich()
    {
        string message = Assert.Throws<SetupException>(() => new PolicySet<IPolicy>([new Named("a"), new Named("a")])).Message;

        Assert.StartsWith("two IPolicy are called a: ", message, StringComparison.Ordinal);
        Assert.Contains(typeof(Named).FullName!, message, StringComparison.Ordinal);
    }

    [Fact]
    public void Require_UnknownName_NamesTheSettingAndWhatThereIs() => Assert.Equal(
        "ExpertCluster:Policies:Gate is c; known are a, b",
        Assert.Throws<SetupException>(() => new PolicySet<IPolicy>([new Named("a"), new Named("b")]).Require("c", "ExpertCluster:Policies:Gate")).Message);

    private sealed class Named(string name) : IPolicy
    {
        public string Name => name;
    }
}
