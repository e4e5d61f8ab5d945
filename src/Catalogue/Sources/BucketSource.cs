using System.Net;
using System.Text.RegularExpressions;
using Amazon.S3;
using Amazon.S3.Model;
using ExpertCluster.Catalogue.Store;

namespace ExpertCluster.Catalogue.Sources;

/// <summary>
/// s3://bucket/prefix: the objects below a prefix, of whatever server speaks S3's API. Each is read by the ETag that the list gave it, so
/// one that is replaced meanwhile is an error and not a mixture.
/// </summary>
internal sealed partial class BucketSource(SourceHttp http) : IContentSource
{
    private readonly Lazy<AmazonS3Client> _client = new(() => BucketClient.Create(http));

    public string Name => "s3";

    public string? ProblemOf(string uri) => Parse(uri) is null ? "must be s3://BUCKET/PREFIX" : null;

    public async Task<ContentListing> ListAsync(string uri, CancellationToken cancellation)
    {
        var (bucket, prefix) = Parse(uri) ?? throw new ContentException($"{uri} {ProblemOf(uri)}");
        if (http.Options.BucketEndpoint is null && http.Options.BucketRegion is null)
        {
            throw new ContentException($"{uri}: neither {SourceEnvironment.BucketEndpoint} nor {SourceEnvironment.BucketRegion} is set; they say which server to ask");
        }

        List<ContentEntry> files = [];
        var request = new ListObjectsV2Request { BucketName = bucket, Prefix = prefix };
        ListObjectsV2Response page;
        do
        {
            page = await AskAsync(uri, client => client.ListObjectsV2Async(request, cancellation));
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
            Open = (start, stop) => OpenAsync(what, bucket, found, start, stop),
        };
    }

    private async Task<ContentBody> OpenAsync(string what, string bucket, S3Object found, ContentStart start, CancellationToken cancellation)
    {
        var request = new GetObjectRequest
        {
            BucketName = bucket,
            Key = found.Key,
            EtagToMatch = found.ETag,
            ByteRange = start.Offset > 0 ? new ByteRange(FormattableString.Invariant($"bytes={start.Offset}-")) : null,
        };
        var response = await AskAsync(what, client => client.GetObjectAsync(request, cancellation));
        bool isPart = response.HttpStatusCode == HttpStatusCode.PartialContent;
        return new ContentBody(response.ResponseStream, response, isPart ? start.Offset : 0, isPart ? found.Size : response.ContentLength, found.ETag);
    }

    private async Task<T> AskAsync<T>(string what, Func<AmazonS3Client, Task<T>> ask)
    {
        try
        {
            return await ask(_client.Value);
        }
        catch (AmazonS3Exception error) when (error.StatusCode == HttpStatusCode.PreconditionFailed)
        {
            throw new ContentException($"{what}: it was replaced while it was read", error);
        }
        catch (AmazonS3Exception error) when ((int)error.StatusCode >= 300)
        {
            throw http.Failure(what, error.StatusCode, null);
        }
        catch (Exception error) when (Reason(error) is { } reason)
        {
            throw new ContentException($"{what}: {reason.Message}", error) { RetryHelps = reason.RetryHelps };
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            // The package throws of many kinds at an answer that it doesn't expect.
            throw new ContentException($"{what}: the server's answer can't be used", error);
        }
    }

    private static ContentException? Reason(Exception? error)
    {
        while (error is not (null or ContentException))
        {
            error = error.InnerException;
        }

        return (ContentException?)error;
    }

    private static (string Bucket, string Prefix)? Parse(string uri)
    {
        var match = Form().Match(uri);
        string prefix = match.Groups["prefix"].Value.TrimEnd('/');
        return !match.Success || (prefix.Length > 0 && !ListingRules.IsContained(prefix)) ? null
            : (match.Groups["bucket"].Value, prefix.Length == 0 ? "" : prefix + "/");
    }

    [GeneratedRegex(@"^s3://(?<bucket>[a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(/(?<prefix>[^?#]*))?\z", RegexOptions.ExplicitCapture)]
    private static partial Regex Form();
}
