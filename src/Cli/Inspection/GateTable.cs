using System.Globalization;
using ExpertCluster.V1;

namespace ExpertCluster.Cli.Inspection;

/// <summary>The gates of a cluster, side by side.</summary>
internal static class GateTable
{
    private const int RevisionLength = 12;

    public static void Write(TextWriter output, GateStatus status)
    {
        var table = new StatusTable(
            output, "GATE", "REVISION", "KIND", "LESSONS", "PERCENT", "PLANNED", "GOOD", "BAD", "FELLBACK", "AGREED", "DISAGREED", "DROPPED", "FAILED", "HELD-OUT", "REASON");
        Add(table, "gate", status.Stable, status.Comparison, status.Comparison?.StableRight ?? 0);
        if (status.Candidate is { } candidate)
        {
            Add(table, "candidate", candidate, status.Comparison, status.Comparison?.CandidateRight ?? 0);
        }

        table.Write();
    }

    private static void Add(StatusTable table, string name, GateVersionStatus gate, GateComparison? comparison, int right)
    {
        var figures = gate.Figures ?? new GateFigures();
        string[] counts = [.. ((long[])[figures.Planned, figures.Good, figures.Bad, figures.FellBack, figures.Agreed, figures.Disagreed, figures.Dropped, figures.Failed])
            .Select(count => count.ToString(CultureInfo.InvariantCulture))];
        table.Add(
        [
            name,
            gate.Revision.Length > RevisionLength ? gate.Revision[..RevisionLength] : gate.Revision,
            gate.Kind.Length > 0 ? gate.Kind : "file",
            gate.Lessons.ToString(CultureInfo.InvariantCulture),
            gate.Percent.ToString(CultureInfo.InvariantCulture),
            .. counts,
            comparison is null ? "" : string.Create(CultureInfo.InvariantCulture, $"{right}/{comparison.HeldOut}"),
            gate.Reason,
        ]);
    }
}
