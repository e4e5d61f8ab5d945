namespace ExpertCluster.Contracts.Answers;

/// <summary>Why an answer ended.</summary>
public enum FinishReason
{
    /// <summary>It has not ended.</summary>
    None = 0,

    /// <summary>An end token or a stop string.</summary>
    Stop = 1,

    /// <summary>max_tokens, or the end of the context.</summary>
    Length = 2,
}
