using ExpertCluster.Contracts.Hashing;

namespace ExpertCluster.Contracts.Tests.Hashing;

public sealed class RendezvousHashTests
{
    private static readonly string[] Nodes = ["host-0", "host-1", "host-2", "host-3"];

    /// <summary>Computed outside of .NET: processes of several versions must agree, so these may never change.</summary>
    [Theory]
    [InlineData("demo", "host-0", 18058394601711188233UL)]
    [InlineData("demo", "host-1", 3121592309109383258UL)]
    [InlineData("", "host-0", 9396606820125734847UL)]
    [InlineData("demo", "", 1646296778442988918UL)]
    [InlineData("stra\u00DFe", "\uD83D\uDE00", 9483204737866997699UL)]
    public void Weight_KnownKeyAndNode_IsWhatItWas(string key, string node, ulong expected) =>
        Assert.Equal(expected, RendezvousHash.Weight(RendezvousHash.KeyOf(key), node));

    [Theory]
    [InlineData("base-")]
    [InlineData("")]
    [InlineData("a long prompt that differs from the others in its last characters only, as those of one application do: ")]
    public void Weight_ManyKeys_SpreadsThemEvenly(string prefix)
    {
        var homes = Enumerable.Range(0, 4000).Select(i => Home($"{prefix}{i}", Nodes)).CountBy(home => home).ToDictionary();

        Assert.All(Nodes, node => Assert.InRange(homes.GetValueOrDefault(node), 880, 1120));
    }

    [Fact]
    public void Weight_OneNodeGoes_MovesOnlyWhatWasAtHomeThere()
    {
        string[] keys = [.. Enumerable.Range(0, 2000).Select(i => $"key {i}")];

        var moved = keys.Where(key => Home(key, Nodes) != Home(key, Nodes[..3])).ToList();

        Assert.All(moved, key => Assert.Equal(Nodes[3], Home(key, Nodes)));
        Assert.InRange(moved.Count, 400, 600);
    }

    [Fact]
    public void Weight_OneNodeGoes_SpreadsItsKeysOverTheOthers()
    {
        var heirs = Enumerable.Range(0, 4000).Select(i => $"key {i}").Where(key => Home(key, Nodes) == Nodes[0])
            .CountBy(key => Home(key, Nodes[1..])).ToDictionary();

        Assert.All(Nodes[1..], node => Assert.InRange(heirs.GetValueOrDefault(node), 250, 420));
    }

    [Fact]
    public void Append_SameLettersInOtherTexts_IsAnotherKey()
    {
        ulong[] keys =
        [
            RendezvousHash.Append(RendezvousHash.KeyOf("ab"), "c"),
            RendezvousHash.Append(RendezvousHash.KeyOf("a"), "bc"),
            RendezvousHash.Append(RendezvousHash.KeyOf(""), "abc"),
            RendezvousHash.KeyOf("abc"),
            RendezvousHash.KeyOf("ABC"),
            RendezvousHash.EmptyKey,
        ];

        Assert.Distinct(keys);
    }

    private static string Home(string key, string[] nodes) => nodes.MaxBy(node => RendezvousHash.Weight(RendezvousHash.KeyOf(key), node))!;
}
