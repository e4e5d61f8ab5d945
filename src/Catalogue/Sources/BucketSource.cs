using System.Text.RegularExpressions;
using Amazon.S3.Model;
using ExpertCluster.Catalogue.Store;

namespace ExpertCluster.Catalogue.Sources;

/// <summary>
/// s3://bucket/prefix: the objects below a prefix, of whatever server speaks S3's API. Each is read by the ETag that the list gave it, so
/// one that is replaced meanwhile is an error and not a mixture.
/// </summary>
internal sealed partial class BucketSource(SourceHttp http) : IContentSource
{
    private readonly BucketObjects _objects = new(http);

    public string Name => "s3";

    public string? ProblemOf(string uri) => Parse(uri) is null ? "must be s3://BUCKET/PREFIX" : null;

    public async Task<ContentListing> ListAsync(string uri, CancellationToken cancellation)
    {
        var (bucket, prefix) = Parse(uri) ?? throw new ContentException($"{uri} {ProblemOf(uri)}");
        _objects.RequireServer(uri);
        List<ContentEntry> files = [];
        var request = new ListObjectsV2Request { BucketName = bucket, Prefix = prefix };
        ListObjectsV2Response page;
        do
        {
            page = await _objects.AskAsync(uri, client => client.ListObjectsV2Async(request, cancellation));
            foreach (var found in page.S3Objects ?? [])
            {
                // Keys that end so stand for folders.
                if (found.Key is { } key && key.StartsWith(prefix, StringComparison.Ordinal) && !key.EndsWith('/'))
                {
                    files.Add(new ContentEntry(key[prefix.Length..], AskFor(bucket, found)));
                }
            }

            request.ContinuationToken = page.NextContinuationToken;
        }
        while (page.IsTruncated == true && page.NextContinuationToken is { Length: > 0 } && files.Count <= http.Options.MaxFiles && page.S3Objects is { Count: > 0 });

        return new ContentListing(null, files);
    }

    private ContentAsk AskFor(string bucket, S3Object found)
    {
        string what = $"s3://{bucket}/{found.Key}";
        return new ContentAsk
        {
            What = what,
            Key = $"s3 {http.Options.BucketEndpoint} {http.Options.BucketRegion} {bucket} {found.ETag} {found.Size} {found.Key}",
            Bytes = found.Size ?? throw new ContentException($"{what}: the list has no size of it"),
            MaxBytes = http.Options.MaxBytes,
            Open = (start, stop) => _objects.OpenAsync(
                what, new GetObjectRequest { BucketName = bucket, Key = found.Key, EtagToMatch = found.ETag }, found.Size, start, stop),
        };
    }

    /// <returns>Null: it isn't of that form. The prefix is empty or ends with '/'.</returns>
    internal static (string Bucket, string Prefix)? Parse(string uri)
    {
        var match = Form().Match(uri);
        string prefix = match.Groups["prefix"].Value.TrimEnd('/');
        return !match.Success || (prefix.Length > 0 && !ListingRules.IsContained(prefix)) ? null
            : (match.Groups["bucket"].Value, prefix.Length == 0 ? "" : prefix + "/");
    }

    [GeneratedRegex(@"^s3://(?<bucket>[a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(/(?<prefix>[^?#]*))?\z", RegexOptions.ExplicitCapture)]
    private static partial Regex Form();
}
