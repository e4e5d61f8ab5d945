using System.Globalization;
using ExpertCluster.V1;

namespace ExpertCluster.Cli.Inspection;

/// <summary>Experts, a line each.</summary>
internal static class ExpertTable
{
    public static void Write(TextWriter output, IEnumerable<ExpertStatus> experts)
    {
        var table = new StatusTable(output, "EXPERT", "BASE", "STATE", "REPLICAS", "HOSTS", "FLAGS", "REVISION", "VERSIONS", "REASON");
        foreach (var expert in experts)
        {
            string[] warm = [.. expert.Replicas.Where(r => r.Warm).Select(r => r.Host)];
            string flags = string.Join(',', Flags(expert));
            table.Add(
                expert.Name,
                expert.Remote.Length > 0 ? $"remote {expert.Remote}" : expert.Base,
                StatusWords.Of(expert.State),
                expert.Remote.Length > 0 ? "-" : string.Create(CultureInfo.InvariantCulture, $"{warm.Length}/{expert.MinReplicas}"),
                StatusWords.List(warm),
                flags,
                StatusWords.Short(expert.Revision),
                StatusWords.VersionsOf(expert),
                expert.Reason);
        }

        table.Write();
    }

    private static IEnumerable<string> Flags(ExpertStatus expert)
    {
        if (expert.Gated)
        {
            yield return "gated";
        }

        if (expert.Pinned)
        {
            yield return "pinned";
        }

        if (expert.Origin == ExpertOrigin.Api)
        {
            yield return "api";
        }

        if (expert.Adjusted)
        {
            yield return "adjusted";
        }
    }
}
