using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using ExpertCluster.Catalogue.Store;

namespace ExpertCluster.Catalogue.Sources;

/// <summary>
/// https://host/folder/SHA256SUMS#sha256=DIGEST: files of any web server, beside a list of their digests as `sha256sum` writes it. The
/// list's own digest is required, so that what it names is known to the last byte before anybody is asked.
/// </summary>
internal sealed partial class SumsSource(SourceHttp http) : IContentSource
{
    public string Name => "https";

    public string? ProblemOf(string uri) => Parse(uri) is null
        ? "must be https://HOST/FOLDER/SHA256SUMS#sha256=DIGEST: a list that sha256sum wrote, and the SHA-256 of that list in lower-case hex"
        : null;

    public async Task<ContentListing> ListAsync(string uri, CancellationToken cancellation)
    {
        var (list, digest) = Parse(uri) ?? throw new ContentException($"{SourceUri.Shown(uri)} {ProblemOf(uri)}");
        string what = SourceUri.Shown(list.GetLeftPart(UriPartial.Path));
        byte[] body = await http.ReadAsync(new HttpAsk(what, list), cancellation);
        string found = Convert.ToHexStringLower(SHA256.HashData(body));
        if (found != digest)
        {
            throw new ContentException($"{what}: what came has the digest {found} instead of {digest}");
        }

        return new ContentListing($"sha256:{digest}", [.. Lines(what, body).Select(line => new ContentEntry(line.Name, AskFor(list, line.Name, line.Sha256)))]);
    }

    private ContentAsk AskFor(Uri list, string name, string sha256)
    {
        // Beside the list: a relative reference, in which a name's own '?' and '#' are no more than that.
        var file = new Uri(list, string.Join('/', name.Split('/').Select(Uri.EscapeDataString)));
        string what = file.GetLeftPart(UriPartial.Path);
        return new ContentAsk
        {
            What = what,
            Key = $"sha256 {sha256}",
            Sha256 = sha256,
            MaxBytes = http.Options.MaxBytes,
            Open = (start, stop) => HttpDownload.OpenAsync(http, new HttpAsk(what, file), start, stop),
        };
    }

    private static IEnumerable<(string Sha256, string Name)> Lines(string what, byte[] body)
    {
        foreach (string line in Encoding.UTF8.GetString(body).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var match = Line().Match(line.TrimEnd('\r'));
            string name = match.Groups["name"].Value;
            if (!match.Success || !ListingRules.IsContained(name))
            {
                throw new ContentException($"{what}: a line of it is not what sha256sum writes: a digest, two blanks, the name of a file below");
            }

            yield return (match.Groups["digest"].Value, name);
        }
    }

    private static (Uri List, string Digest)? Parse(string uri)
    {
        var match = Form().Match(uri);
        return match.Success && Uri.TryCreate(match.Groups["list"].Value, UriKind.Absolute, out var list) && list.UserInfo.Length == 0
            ? (list, match.Groups["digest"].Value)
            : null;
    }

    [GeneratedRegex(@"^(?<list>https://[^/?#]+/[^#]+)#sha256=(?<digest>[0-9a-f]{64})\z", RegexOptions.ExplicitCapture)]
    private static partial Regex Form();

    [GeneratedRegex(@"^(?<digest>[0-9a-f]{64}) [ *](\./)?(?<name>.+)\z", RegexOptions.ExplicitCapture)]
    private static partial Regex Line();
}
