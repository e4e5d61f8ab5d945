using ExpertCluster.V1;

namespace ExpertCluster.Cli.Evaluation.Texts;

/// <summary>A way to continue a text.</summary>
/// <param name="Name">For the table.</param>
/// <param name="Request">What is asked; null: it can't be, of such a text.</param>
/// <param name="ChoosesByBeginning">
/// Whether the gate is asked with the text's beginning alone, and what it says is pinned: asked with all of it, it would know what is to be foretold.
/// </param>
internal sealed record TextStrategy(string Name, Func<TextCase, CompleteRequest?> Request, bool ChoosesByBeginning = false)
{
    /// <param name="generalist">The expert without an adapter.</param>
    /// <param name="specialists">Those with one.</param>
    public static IReadOnlyList<TextStrategy> All(string generalist, IReadOnlyList<string> specialists) =>
    [
        new("base alone", _ => Named(generalist)),
        .. specialists.Select(s => new TextStrategy($"{s} alone", _ => Named(s))),
        new("right expert", c => c.Domain is { } domain ? Named(domain) : null),
        new("`route`, request scope", _ => Auto("route", MergeScope.Request, 1), ChoosesByBeginning: true),
        new("`route`, token scope", _ => Auto("route", MergeScope.Token, 1)),
        new("`fusion`, token scope", _ => Auto("fusion", MergeScope.Token, 1)),
        new("`mix` of 2, request scope", _ => Auto("mix", MergeScope.Request, 2), ChoosesByBeginning: true),
        new("`mix` of 2, token scope", _ => Auto("mix", MergeScope.Token, 2)),
        new($"`mix` of {specialists.Count}, token scope", _ => Auto("mix", MergeScope.Token, specialists.Count)),
        new("`ensemble` of 2, request scope", _ => Auto("ensemble", MergeScope.Request, 2), ChoosesByBeginning: true),
        new("`ensemble` of 2, token scope", _ => Auto("ensemble", MergeScope.Token, 2)),
        new($"`ensemble` of {specialists.Count + 1}, token scope", _ => Auto("ensemble", MergeScope.Token, specialists.Count + 1)),
    ];

    private static CompleteRequest Named(string expert) => new() { Model = expert };

    private static CompleteRequest Auto(string merge, MergeScope scope, int k) => new() { Model = "auto", Merge = new Merge { Name = merge, Scope = scope, K = k } };
}
