using System.Net;
using Amazon.S3;
using Amazon.S3.Model;
using ExpertCluster.Catalogue.Sources;
using ExpertCluster.Catalogue.Store;

namespace ExpertCluster.Catalogue.Remote;

/// <summary>s3://BUCKET/PREFIX of any server that speaks S3's API.</summary>
/// <param name="objects">Asks it.</param>
/// <param name="bucket">Its name.</param>
/// <param name="prefix">Empty, or ends with '/'.</param>
internal sealed class BucketFiles(BucketObjects objects, string bucket, string prefix) : IPublishedFiles
{
    public string Shown { get; } = $"s3://{bucket}/{prefix}".TrimEnd('/');

    public async Task<PublishedFile?> TryOpenAsync(string name, string seen, CancellationToken cancellation)
    {
        string what = $"{Shown}/{name}";
        objects.RequireServer(what);
        var response = await objects.AskAsync(what, client => AskAsync(client, Request(name, seen), cancellation));
        if (response is null)
        {
            return null;
        }

        var body = new ContentBody(response.ResponseStream, response, 0, response.ContentLength, validator: null);
        return new PublishedFile(body, response.ETag ?? "");
    }

    public Task<ContentBody> OpenAsync(string what, string name, long bytes, ContentStart start, CancellationToken cancellation) =>
        objects.OpenAsync(what, Request(name, seen: ""), bytes, start, cancellation);

    private static async Task<GetObjectResponse?> AskAsync(AmazonS3Client client, GetObjectRequest request, CancellationToken cancellation)
    {
        try
        {
            return await client.GetObjectAsync(request, cancellation);
        }
        catch (AmazonS3Exception error) when (error.StatusCode == HttpStatusCode.NotModified && request.EtagToNotMatch is not null)
        {
            return null;
        }
    }

    private GetObjectRequest Request(string name, string seen) =>
        new() { BucketName = bucket, Key = prefix + name, EtagToNotMatch = seen.Length > 0 ? seen : null };
}
