using System.Security.Cryptography;
using System.Text.Json;
using System.Text.RegularExpressions;
using ExpertCluster.Catalogue.Store;

namespace ExpertCluster.Catalogue.Sources;

/// <summary>
/// oci://registry/repository:tag, or @sha256:DIGEST: an artifact of a registry (OCI distribution and image specifications). Each layer is
/// a file, named by the annotation that `oras push` writes; types of media are free.
/// </summary>
internal sealed partial class RegistrySource(SourceHttp http) : IContentSource
{
    private const string Title = "org.opencontainers.image.title";
    private const string Unpack = "io.deis.oras.content.unpack";

    private static readonly string[] Manifests = ["application/vnd.oci.image.manifest.v1+json", "application/vnd.docker.distribution.manifest.v2+json"];

    private readonly RegistryLogin _login = new(http);

    public string Name => "oci";

    public string? ProblemOf(string uri) => Parse(uri) is null ? "must be oci://REGISTRY/REPOSITORY:TAG or oci://REGISTRY/REPOSITORY@sha256:DIGEST" : null;

    public async Task<ContentListing> ListAsync(string uri, CancellationToken cancellation)
    {
        var place = Parse(uri) ?? throw new ContentException($"{uri} {ProblemOf(uri)}");
        bool isPlain = http.Options.AllowedHosts.AllowsPlain(place.Registry.IdnHost, place.Registry.Port);
        var root = new UriBuilder(place.Registry) { Scheme = isPlain ? Uri.UriSchemeHttp : Uri.UriSchemeHttps }.Uri;
        var repository = new Uri(root, $"v2/{place.Repository}/");
        var ask = new HttpAsk(uri, new Uri(repository, $"manifests/{place.Reference}")) { Accept = Manifests };
        byte[] body;
        using (var response = await _login.SendAsync(ask, null, cancellation))
        {
            http.RequireOk(ask, response);
            body = await http.ReadAsync(ask, response, cancellation);
        }

        string digest = $"sha256:{Convert.ToHexStringLower(SHA256.HashData(body))}";
        if (place.Reference.StartsWith("sha256:", StringComparison.Ordinal) && place.Reference != digest)
        {
            throw new ContentException($"{uri}: the manifest that came has the digest {digest}");
        }

        using var manifest = SourceHttp.ParseJson(uri, body);
        return new ContentListing(digest, [.. Layers(uri, manifest.RootElement).Select(layer => EntryOf(uri, repository, layer))]);
    }

    private ContentEntry EntryOf(string uri, Uri repository, JsonElement layer)
    {
        var annotations = layer.ValueKind == JsonValueKind.Object && layer.TryGetProperty("annotations", out var found) ? found : default;
        string digest = JsonFields.Text(layer, "digest") ?? "";
        if (!digest.StartsWith("sha256:", StringComparison.Ordinal) || digest["sha256:".Length..] is not { } sha256 || !ContentHash.IsSha256(sha256))
        {
            throw new ContentException($"{uri}: a layer has no SHA-256 digest");
        }

        // A folder that was pushed as one layer has a title, too.
        if (JsonFields.Text(annotations, Title) is not { } name || JsonFields.Text(annotations, Unpack) == "true")
        {
            throw new ContentException($"{uri}: the layer {digest} is no file with a name ({Title}); archives and images are not unpacked: push the files themselves");
        }

        string what = $"{uri} ({digest})";
        var blob = new Uri(repository, $"blobs/{digest}");
        return new ContentEntry(name, new ContentAsk
        {
            What = what,
            Key = digest,
            Sha256 = sha256,
            Bytes = JsonFields.Number(layer, "size") ?? throw new ContentException($"{uri}: the layer {digest} has no size"),
            MaxBytes = http.Options.MaxBytes,
            Open = (start, stop) => HttpDownload.OpenAsync(http, _login.SendAsync, new HttpAsk(what, blob), start, stop),
        });
    }

    private static JsonElement.ArrayEnumerator Layers(string uri, JsonElement manifest)
    {
        if (manifest.TryGetProperty("manifests", out _))
        {
            throw new ContentException($"{uri}: this is an index of several artifacts; name one of them by its digest");
        }

        return manifest.TryGetProperty("layers", out var layers) && layers.ValueKind == JsonValueKind.Array
            ? layers.EnumerateArray()
            : throw new ContentException($"{uri}: the manifest has no layers");
    }

    private static Place? Parse(string uri)
    {
        var match = Form().Match(uri);
        return match.Success && Uri.TryCreate($"https://{match.Groups["registry"].Value}/", UriKind.Absolute, out var registry)
            ? new Place(registry, match.Groups["repository"].Value, match.Groups["tag"] is { Success: true } tag ? tag.Value : match.Groups["digest"].Value)
            : null;
    }

    // The specification's own expressions of names, tags and digests.
    [GeneratedRegex(
        @"^oci://(?<registry>([A-Za-z0-9.-]+|\[[0-9a-fA-F:]+\])(:[0-9]{1,5})?)/(?<repository>(?=.{1,255}[:@])[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*)(:(?<tag>[A-Za-z0-9_][A-Za-z0-9._-]{0,127})|@(?<digest>sha256:[0-9a-f]{64}))\z",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex Form();

    private sealed record Place(Uri Registry, string Repository, string Reference);
}
