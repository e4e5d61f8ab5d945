namespace ExpertCluster.Gating;

/// <summary>How many experts gates tell apart. Whoever reads a catalogue checks them there.</summary>
public static class GateLimits
{
    /// <summary>Experts of a catalogue.</summary>
    public const int Experts = 10_000;

    /// <summary>Experts of a catalogue whose request gate reads texts by a sentence model: its training weighs each against each.</summary>
    public const int MeaningExperts = 1_000;

    /// <summary>Experts of a base that has a token gate; one with more is routed at request scope. Its weights are dense, and asked for every token.</summary>
    public const int TokenGateExperts = 256;

    /// <summary>Classes of a request gate: every expert, and a generalist where none of them is one.</summary>
    public const int Classes = Experts + 1;
}
