using ExpertCluster.Contracts.Routing;

namespace ExpertCluster.Router.Tests.Support;

/// <summary>A gate that likes law best, and remembers what it was asked.</summary>
internal sealed class FakeGate : IGateKind, IRequestGate
{
    public string Name => "fake";

    public List<string> Asked { get; } = [];

    public IRequestGate? Open(GateInputs inputs) => this;

    public GateScores Score(string text)
    {
        Asked.Add(text);
        return new GateScores { Ranked = [new("law", 0.7), new("tax", 0.2), new("general", 0.1)], Generalist = "general", Floor = 0.1 };
    }
}
