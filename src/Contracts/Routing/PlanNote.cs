namespace ExpertCluster.Contracts.Routing;

/// <summary>What policy changed in a plan, and why.</summary>
/// <param name="Kind">One of <see cref="PlanNoteKinds"/>.</param>
/// <param name="Expert">Whom it concerns; empty: the whole plan.</param>
/// <param name="Text">The reason, a sentence without its full stop.</param>
public readonly record struct PlanNote(string Kind, string Expert, string Text);

/// <summary>Kinds of <see cref="PlanNote"/>s. Clients see these words.</summary>
public static class PlanNoteKinds
{
    /// <summary>A rule of the catalogue was met.</summary>
    public const string Rule = "rule";

    /// <summary>An expert may not answer: it is denied, or is none of those allowed.</summary>
    public const string Denied = "denied";

    /// <summary>An expert's hosts have other labels than those that the request must have.</summary>
    public const string Label = "label";

    /// <summary>An expert costs more than may be spent.</summary>
    public const string Cost = "cost";

    /// <summary>An expert can't be used, because of its own content.</summary>
    public const string Unusable = "unusable";

    /// <summary>An expert's hosts are busy, and one that is nearly as likely has a free one.</summary>
    public const string Busy = "busy";

    /// <summary>Experts can't be chosen token by token, as their base has no token gate.</summary>
    public const string Scope = "scope";

    /// <summary>A remote model can't do what the request asks for, or does not answer just now.</summary>
    public const string Remote = "remote";

    /// <summary>Experts can't be merged as asked; how it is done instead.</summary>
    public const string Merge = "merge";
}
