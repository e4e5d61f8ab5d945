namespace ExpertCluster.Contracts.Completions;

/// <summary>What a <see cref="StructuredOutput"/> is written in.</summary>
public enum StructuredOutputKind
{
    /// <summary>Any JSON object.</summary>
    JsonObject,

    /// <summary>A JSON schema.</summary>
    JsonSchema,

    /// <summary>An expression that the whole answer matches.</summary>
    Regex,

    /// <summary>One of some texts.</summary>
    Choice,

    /// <summary>A grammar in GBNF.</summary>
    Grammar,
}
