namespace ExpertCluster.Learning;

/// <summary>What two gates chose of the same texts, of which neither had learned any.</summary>
/// <param name="HeldOut">Texts.</param>
/// <param name="StableRight">Of them, those that the stable recipe's gate gave to their expert.</param>
/// <param name="CandidateRight">The same of the candidate's.</param>
public sealed record GateComparison(int HeldOut, int StableRight, int CandidateRight);
