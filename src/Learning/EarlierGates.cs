namespace ExpertCluster.Learning;

/// <summary>Gates that were trained before, and what of a set was the same then: that need not be learned again.</summary>
/// <param name="Folder">As <see cref="GateTrainer.Train"/> wrote it, by this version of it.</param>
/// <param name="Experts">Names of those that were taught by the same examples, keywords and description.</param>
/// <param name="TokenGates">Bases all of whose experts were, with the same tokenizer and chat template.</param>
public sealed record EarlierGates(string Folder, IReadOnlySet<string> Experts, IReadOnlySet<string> TokenGates);
