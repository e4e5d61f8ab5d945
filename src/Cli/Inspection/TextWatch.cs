using System.Globalization;
using ExpertCluster.V1;

namespace ExpertCluster.Cli.Inspection;

/// <summary>A table of all experts, then a line for each that changes. A watch that begins anew tells only what changed meanwhile.</summary>
internal sealed class TextWatch(TextWriter output, TimeProvider time) : IWatchView
{
    private readonly Dictionary<string, ExpertStatus> _known = new(StringComparer.Ordinal);
    private readonly HashSet<string> _listed = new(StringComparer.Ordinal);
    private bool _listing;
    private bool _tabled;

    public void Begin()
    {
        _listed.Clear();
        _listing = true;
    }

    public void Show(WatchExpertsResponse message)
    {
        foreach (var expert in message.Experts)
        {
            bool isNews = !_known.TryGetValue(expert.Name, out var before) || !before.Equals(expert);
            _known[expert.Name] = expert;
            _listed.Add(expert.Name);
            if (_tabled && isNews)
            {
                Tell(LineOf(expert));
            }
        }

        // Who went between two watches is missing in the list of the second.
        bool isListed = _listing && message.Complete;
        string[] gone = [.. message.Removed, .. _known.Keys.Where(name => isListed && !_listed.Contains(name)).Order(StringComparer.Ordinal)];
        _listing &= !isListed;
        foreach (string name in gone.Where(_known.Remove))
        {
            Tell($"{name}: removed");
        }

        if (message.Complete && !_tabled)
        {
            ExpertTable.Write(output, _known.Values.OrderBy(e => e.Name, StringComparer.Ordinal));
            _tabled = true;
        }
    }

    private static string LineOf(ExpertStatus expert)
    {
        string hosts = string.Join(", ", expert.Replicas.Where(r => r.Warm).Select(r => r.Host));
        string versions = StatusWords.VersionsOf(expert);
        return $"{expert.Name}: {StatusWords.Of(expert.State)}{(hosts.Length > 0 ? $" on {hosts}" : "")}{(versions.Length > 0 ? $", {versions}" : "")}{(expert.Reason.Length > 0 ? $"; {expert.Reason}" : "")}";
    }

    private void Tell(string line) => output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{time.GetLocalNow():HH:mm:ss} {StatusWords.Printable(line)}"));
}
