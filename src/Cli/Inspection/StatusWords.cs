using System.Globalization;
using ExpertCluster.Contracts.Completions;
using ExpertCluster.V1;

namespace ExpertCluster.Cli.Inspection;

/// <summary>How tables and lines say things.</summary>
internal static class StatusWords
{
    /// <summary>Names that a cell lists before it counts the rest.</summary>
    private const int Listed = 3;

    private const int RevisionDigits = 12;
    private const double Gibibyte = 1 << 30;

    public static string Of(ExpertState state) => state switch
    {
        ExpertState.Ready => "ready",
        ExpertState.Cold => "cold",
        ExpertState.Unavailable => "unavailable",
        ExpertState.Pending => "pending",
        ExpertState.Failed => "failed",
        _ => "unknown",
    };

    public static string Of(HostStatus host) => (host.Answers, host.Draining) switch
    {
        (false, _) => "silent",
        (true, true) => "draining",
        _ => "ready",
    };

    public static string List(IEnumerable<string> names)
    {
        string[] all = [.. names];
        return string.Join(',', all.Take(Listed)) + (all.Length > Listed ? string.Create(CultureInfo.InvariantCulture, $",+{all.Length - Listed}") : "");
    }

    /// <summary>What stands beside the stable version: "canary=5%,shadow=100%".</summary>
    public static string VersionsOf(ExpertStatus expert) =>
        string.Join(',', expert.Versions.Where(v => v.Version != ExpertVersions.Stable).Select(v => string.Create(CultureInfo.InvariantCulture, $"{v.Version}={v.Percent}%")));

    /// <summary>Enough of a digest to tell two apart.</summary>
    public static string Short(string revision) => revision.Length > RevisionDigits ? revision[..RevisionDigits] : revision;

    public static string Memory(long free, long total) => string.Create(CultureInfo.InvariantCulture, $"{free / Gibibyte:0.0}/{total / Gibibyte:0.0}GiB");

    /// <summary>On one line, and without what would drive a terminal: what a cluster says comes from its catalogue's authors.</summary>
    public static string Printable(string text) => string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c));

    public static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
