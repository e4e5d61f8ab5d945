namespace ExpertCluster.Cli.Evaluation.Cascades;

/// <summary>One prompt, asked of the small expert and of the big one.</summary>
/// <param name="Seen">What each signal saw in the small one's answer, by its name; an answer that nothing is known of has none.</param>
/// <param name="SmallIsRight">To the letter.</param>
/// <param name="BigIsRight">To the letter.</param>
/// <param name="BigTokens">That the big one wrote.</param>
/// <param name="Agreed">Of those, how many the small one began with.</param>
internal sealed record CascadeTrial(IReadOnlyDictionary<string, double> Seen, bool SmallIsRight, bool BigIsRight, int BigTokens, int Agreed);
