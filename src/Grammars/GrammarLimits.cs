namespace ExpertCluster.Grammars;

/// <summary>What one grammar may cost, in what it is written in and in what becomes of it.</summary>
public static class GrammarLimits
{
    /// <summary>Characters of a schema, an expression or a grammar.</summary>
    public const int MaxSource = 262_144;

    /// <summary>Texts of a choice.</summary>
    public const int MaxChoices = 4_096;

    /// <summary>Depth of groups in an expression, and of values in a schema.</summary>
    public const int MaxDepth = 64;

    /// <summary>Most that a quantifier may ask for; it is counted, not written out.</summary>
    public const int MaxRepeats = 1_000_000;

    /// <summary>Steps of reading and compiling one: some tenths of a second.</summary>
    public const long MaxSteps = 20_000_000;

    /// <summary>Instructions of a program.</summary>
    public const int MaxInstructions = 200_000;

    /// <summary>States of an automaton of characters, which is made where several conditions hold for one text.</summary>
    public const int MaxStates = 10_000;

    /// <summary>Steps of working out one mask; half a second.</summary>
    public const long MaxMaskSteps = 5_000_000;

    /// <summary>Ways in which a text so far may be read at once.</summary>
    public const int MaxThreads = 1_024;

    /// <summary>Rules within rules: an array in an array in an array.</summary>
    public const int MaxStack = 512;

    /// <summary>Bytes of a token that a grammar draws; longer ones, which no vocabulary needs, are left out.</summary>
    public const int MaxTokenBytes = 255;

    /// <summary>Bytes of the masks, and as many of the steps, that one grammar keeps. Those that it needs again it makes again.</summary>
    public const int MaxCacheBytes = 4 << 20;
}
