namespace ExpertCluster.Catalogue.Sources;

/// <summary>The hosts that an operator vouches for.</summary>
public sealed class AllowedHosts
{
    private const string Plain = "http://";

    private readonly List<(string Host, int? Port, bool Plain)> _entries = [];

    private AllowedHosts(IEnumerable<(string Host, int? Port, bool Plain)> entries) => _entries.AddRange(entries);

    public static AllowedHosts None { get; } = new([]);

    /// <param name="entries">"host", "host:port" or "http://host:port"; an IPv6 address between brackets.</param>
    /// <exception cref="FormatException">One is none of these; the message is the end of a sentence.</exception>
    public static AllowedHosts Parse(IEnumerable<string> entries) => new(entries.Select(Parse));

    public AllowedHosts With(Uri? endpoint) =>
        endpoint is null ? this : new([.. _entries, (Bare(endpoint.IdnHost), endpoint.Port, endpoint.Scheme == Uri.UriSchemeHttp)]);

    /// <summary>Whether a host may have an inner address.</summary>
    public bool Contains(string host, int port) => _entries.Any(e => Fits(e, host, port));

    /// <summary>Whether a host may be asked without TLS.</summary>
    public bool AllowsPlain(string host, int port) => _entries.Any(e => e.Plain && Fits(e, host, port));

    private static bool Fits((string Host, int? Port, bool Plain) entry, string host, int port) =>
        entry.Host.Equals(Bare(host), StringComparison.OrdinalIgnoreCase) && (entry.Port is null || entry.Port == port);

    private static string Bare(string host) => host.Trim('[', ']');

    private static (string Host, int? Port, bool Plain) Parse(string entry)
    {
        bool plain = entry.StartsWith(Plain, StringComparison.OrdinalIgnoreCase);
        string text = plain ? entry : $"https://{entry}";
        return Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri is { PathAndQuery: "/", Fragment: "", UserInfo: "", Host.Length: > 0 }
            ? (Bare(uri.IdnHost), HasPort(entry) ? uri.Port : null, plain)
            : throw new FormatException($"has '{SourceUri.Shown(entry)}'; each must be host, host:port or http://host:port");
    }

    private static bool HasPort(string entry) => entry.TrimEnd('/').LastIndexOf(':') is var at && at > entry.LastIndexOf(']') && at >= 0 && entry[(at + 1)..].TrimEnd('/').All(char.IsAsciiDigit);
}
