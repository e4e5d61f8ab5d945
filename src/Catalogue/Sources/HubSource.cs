using System.Text.Json;
using System.Text.RegularExpressions;
using ExpertCluster.Catalogue.Store;

namespace ExpertCluster.Catalogue.Sources;

/// <summary>
/// hf://org/repo[@revision][/subfolder]: a model repository behind the Hugging Face hub's API, of whatever server speaks it. A branch or
/// tag is resolved once, and all files are those of that commit. Large files (LFS) come with their SHA-256.
/// </summary>
internal sealed partial class HubSource(SourceHttp http) : IContentSource
{
    private const string DefaultRevision = "main";

    public string Name => "hf";

    public string? ProblemOf(string uri) => Parse(uri) is null ? "must be hf://ORG/REPO[@REVISION][/SUBFOLDER]" : null;

    public async Task<ContentListing> ListAsync(string uri, CancellationToken cancellation)
    {
        var (repository, revision, below) = Parse(uri) ?? throw new ContentException($"{uri} {ProblemOf(uri)}");
        var endpoint = http.Options.HubEndpoint ?? throw new ContentException($"{uri}: {SourceEnvironment.HubEndpoint} is not set; it says which hub to ask");
        using var answer = await http.ReadJsonAsync(Ask(uri, endpoint, $"api/models/{repository}/revision/{Uri.EscapeDataString(revision)}?blobs=true"), cancellation);
        string commit = answer.RootElement.TryGetProperty("sha", out var sha) && sha.ValueKind == JsonValueKind.String ? sha.GetString()! : "";
        if (!Commit().IsMatch(commit) || (Commit().IsMatch(revision) && commit != revision))
        {
            throw new ContentException($"{uri}: the hub doesn't say which commit {revision} is");
        }

        if (!answer.RootElement.TryGetProperty("siblings", out var siblings) || siblings.ValueKind != JsonValueKind.Array)
        {
            throw new ContentException($"{uri}: the hub doesn't list the files");
        }

        string prefix = below.Length == 0 ? "" : below + "/";
        List<ContentEntry> files = [];
        foreach (var sibling in siblings.EnumerateArray())
        {
            string path = JsonFields.Text(sibling, "rfilename") ?? throw new ContentException($"{uri}: the hub lists a file without a name");
            if (path.StartsWith(prefix, StringComparison.Ordinal))
            {
                files.Add(new ContentEntry(path[prefix.Length..], AskFor(endpoint, repository, commit, path, sibling)));
            }
        }

        return new ContentListing($"commit {commit}", files);
    }

    private ContentAsk AskFor(Uri endpoint, string repository, string commit, string path, JsonElement sibling)
    {
        string what = $"hf://{repository}/{path}";
        var large = sibling.TryGetProperty("lfs", out var lfs) && lfs.ValueKind == JsonValueKind.Object ? lfs : default;
        string? sha256 = large.ValueKind == JsonValueKind.Object ? JsonFields.Text(large, "sha256") : null;
        if (sha256 is not null && !ContentHash.IsSha256(sha256))
        {
            throw new ContentException($"{what}: the hub names a SHA-256 that is none");
        }

        string address = $"{repository}/resolve/{commit}/{string.Join('/', path.Split('/').Select(Uri.EscapeDataString))}";
        return new ContentAsk
        {
            What = what,
            Key = $"hf {endpoint} {repository} {commit} {path}",
            Sha256 = sha256,
            Bytes = JsonFields.Number(sibling, "size"),
            MaxBytes = http.Options.MaxBytes,
            Open = (start, stop) => HttpDownload.OpenAsync(http, Ask(what, endpoint, address), start, stop),
        };
    }

    private HttpAsk Ask(string what, Uri endpoint, string path) => new(what, new Uri($"{endpoint.AbsoluteUri.TrimEnd('/')}/{path}"))
    {
        Login = http.Options.HubToken is { } token ? new("Bearer", token.Reveal()) : null,
    };

    private static (string Repository, string Revision, string Below)? Parse(string uri)
    {
        var match = Form().Match(uri);
        string revision = match.Groups["revision"] is { Success: true, Value: var named } ? Uri.UnescapeDataString(named) : DefaultRevision;
        string below = match.Groups["below"].Value.TrimEnd('/');
        return match.Success && ListingRules.IsContained(revision) && (below.Length == 0 || ListingRules.IsContained(below))
            ? (match.Groups["repository"].Value, revision, below)
            : null;
    }

    [GeneratedRegex(@"^hf://(?<repository>[A-Za-z0-9_][A-Za-z0-9_.-]{0,95}/[A-Za-z0-9_][A-Za-z0-9_.-]{0,95})(@(?<revision>[^/@?#]{1,255}))?(/(?<below>[^@?#]*))?\z", RegexOptions.ExplicitCapture)]
    private static partial Regex Form();

    [GeneratedRegex(@"^[0-9a-f]{40}\z")]
    private static partial Regex Commit();
}
