using ExpertCluster.V1;

namespace ExpertCluster.Cli.Inspection;

/// <summary>Hosts, a line each.</summary>
internal static class HostTable
{
    public static void Write(TextWriter output, IEnumerable<HostStatus> hosts)
    {
        var table = new StatusTable(output, "HOST", "STATE", "BASES", "WARM", "RUNNING", "WAITING", "FREE", "DEVICE FREE", "ADDRESS", "LABELS", "FAILURES");
        foreach (var host in hosts)
        {
            table.Add(
                host.Name,
                StatusWords.Of(host),
                StatusWords.List(host.Bases.Select(b => b.Name.Length > 0 ? b.Name : StatusWords.Short(b.Revision))),
                StatusWords.Number(host.WarmExperts),
                StatusWords.Number(host.Running),
                StatusWords.Number(host.Waiting),
                StatusWords.Memory(host.FreeMemoryBytes, host.TotalMemoryBytes),
                StatusWords.List(host.Devices.Select(d => StatusWords.Memory(d.FreeMemoryBytes, d.TotalMemoryBytes))),
                host.Address,
                StatusWords.List(host.Labels),
                StatusWords.List(host.Failures.Select(f => f.Expert)));
        }

        table.Write();
    }
}
