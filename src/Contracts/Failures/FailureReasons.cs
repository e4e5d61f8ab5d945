namespace ExpertCluster.Contracts.Failures;

/// <summary>Why a host does not serve an expert: what a router goes by. Constant words, so that both sides may be of different versions.</summary>
public static class FailureReasons
{
    /// <summary>The expert's own content can't be used there; the message says why.</summary>
    public const string ExpertUnusable = "EXPERT_UNUSABLE";

    /// <summary>The host's catalogue has no such revision of the expert, or of the gate: it may be older, or newer.</summary>
    public const string RevisionUnknown = "REVISION_UNKNOWN";

    /// <summary>The prompt has more than the base's context takes: no host of it takes it.</summary>
    public const string PromptTooLong = "PROMPT_TOO_LONG";
}
