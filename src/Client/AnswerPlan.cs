namespace ExpertCluster.Client;

/// <summary>Who may answer a request, and why.</summary>
public sealed record AnswerPlan
{
    /// <summary>The base that it runs on.</summary>
    public string Base { get; init; } = "";

    /// <summary>How experts answer as one: <c>route</c>, <c>mix</c>, <c>ensemble</c>, or another merge's name.</summary>
    public string Merge { get; init; } = "";

    /// <summary><c>request</c>: the gate chose once. <c>token</c>: it chooses for every token.</summary>
    public string Scope { get; init; } = "";

    /// <summary>Experts at once.</summary>
    public int K { get; init; }

    /// <summary>Who answers, with what weight; at token scope, who may be chosen.</summary>
    public IReadOnlyList<ExpertWeight> Experts { get; init; } = [];

    /// <summary>The gate's probabilities, the largest first; empty where it was not asked.</summary>
    public IReadOnlyList<ExpertWeight> Scores { get; init; } = [];

    /// <summary>Why this plan, where it is not simply the gate's choice: <c>floor</c>, <c>named</c>, <c>pinned</c>, <c>rule</c>, <c>single_expert</c>, <c>resumed</c>; else empty.</summary>
    public string Reason { get; init; } = "";

    /// <summary>The host that answers.</summary>
    public string Host { get; init; } = "";

    /// <summary>The seed in force: with it the same request gives the same text.</summary>
    public ulong Seed { get; init; }

    /// <summary>Names the request where feedback is given.</summary>
    public string RequestId { get; init; } = "";

    /// <summary><c>candidate</c> where a gate on trial made it, else empty.</summary>
    public string Gate { get; init; } = "";

    /// <summary>What policy changed.</summary>
    public IReadOnlyList<AnswerNote> Notes { get; init; } = [];
}

/// <summary>An expert and its weight.</summary>
/// <param name="Name">Of the expert.</param>
/// <param name="Weight">In a plan, or the gate's probability.</param>
/// <param name="Revision">In a plan: digest of its content.</param>
/// <param name="Version">In a plan: <c>stable</c> or <c>canary</c>.</param>
public sealed record ExpertWeight(string Name, double Weight, string Revision = "", string Version = "");

/// <summary>What policy changed of a plan.</summary>
/// <param name="Kind"><c>rule</c>, <c>denied</c>, <c>label</c>, <c>cost</c>, <c>unusable</c>, <c>busy</c> or <c>scope</c>.</param>
/// <param name="Expert">Whom it concerns; empty: the whole plan.</param>
/// <param name="Text">Why.</param>
public sealed record AnswerNote(string Kind, string Expert, string Text);

/// <summary>What an expert gave.</summary>
/// <param name="Name">Of the expert.</param>
/// <param name="Tokens">How many tokens; of one that several gave, each has the part that its weight is.</param>
public sealed record ExpertShare(string Name, double Tokens);
