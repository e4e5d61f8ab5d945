namespace ExpertCluster.Inference.Batching;

/// <summary>
/// Hears of an engine's events, for metrics. Called on the engine's own thread, between steps: must be quick and must
/// not throw.
/// </summary>
public interface IEngineObserver
{
    /// <summary>A step has run and its tokens are out.</summary>
    void StepCompleted(in StepReport report)
    {
    }

    /// <summary>A request got its slots after this time in the queue.</summary>
    void SequenceAdmitted(TimeSpan queueWait)
    {
    }

    /// <summary>A request ended, in whichever way; its slots are free and the snapshot says so already.</summary>
    void SequenceEnded(in SequenceReport report)
    {
    }
}

/// <summary>One step.</summary>
/// <param name="DecodeRows">Rows of sequences that were past their prompt.</param>
/// <param name="PromptRows">Rows of prompts.</param>
/// <param name="GateTime">Scoring rows for gates.</param>
/// <param name="RunTime">In the runner.</param>
/// <param name="TotalTime">All of it: composing, gates, runner, sampling, text.</param>
public readonly record struct StepReport(
    int DecodeRows, int PromptRows, TimeSpan GateTime, TimeSpan RunTime, TimeSpan TotalTime);

/// <summary>How a request ended.</summary>
public enum SequenceOutcome
{
    /// <summary>An end token or a stop string.</summary>
    Stop = 0,

    /// <summary>MaxTokens or the end of the context.</summary>
    Length = 1,

    /// <summary>Its caller cancelled it or left.</summary>
    Cancelled = 2,

    /// <summary>A step, a gate or a slow reader ended it, or the engine stopped.</summary>
    Failed = 3,
}

/// <summary>A request that ended.</summary>
public readonly record struct SequenceReport(SequenceOutcome Outcome, int PromptTokens, int CompletionTokens);
