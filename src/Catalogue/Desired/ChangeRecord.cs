namespace ExpertCluster.Catalogue.Desired;

/// <summary>Who changed what, and when.</summary>
/// <param name="Version">Of the state that the change made.</param>
/// <param name="At">UTC.</param>
/// <param name="By">The caller: a certificate's name, or an address.</param>
/// <param name="What">The change's kind, as "apply".</param>
/// <param name="Subject">The expert's name, or the host's.</param>
/// <param name="Details">What was said of it, on one line.</param>
/// <param name="Reason">The caller's own words; may be empty.</param>
public sealed record ChangeRecord(long Version, DateTimeOffset At, string By, string What, string Subject, string Details, string Reason);
