namespace Microsoft.Orleans.Server.Tests.Internals.Drill;

internal enum Step
{
    Join,
    Leave,
    Kill,

    /// <summary>Stopped until the cluster has given it up, then continued.</summary>
    Hang,
}

/// <summary>
/// Which step comes next, from a seed: cards of a shuffled deck, as far as the number of hosts allows. A deck has each kind,
/// so a drill of a few steps has seen all of them.
/// </summary>
internal sealed class Script(int seed)
{
    public const int FewestHosts = 2;
    public const int MostHosts = 4;

    private static readonly Step[] Deck = [Step.Join, Step.Leave, Step.Join, Step.Kill, Step.Join, Step.Hang];

    private readonly Random _random = new(seed);
    private readonly List<Step> _cards = [];

    public Step Next(int hosts)
    {
        if (_cards.Count == 0)
        {
            _cards.AddRange(Deck);
            _random.Shuffle(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_cards));
        }
        var at = _cards.FindIndex(step => step == Step.Join ? hosts < MostHosts : hosts > FewestHosts);
        if (at < 0)
            return hosts < MostHosts ? Step.Join : Step.Kill;
        var card = _cards[at];
        _cards.RemoveAt(at);
        return card;
    }

    public int Pick(int count) => _random.Next(count);
}
