using System.Net;
using Amazon.S3;
using Amazon.S3.Model;
using ExpertCluster.Catalogue.Sources;
using ExpertCluster.Catalogue.Store;
using Polly;

namespace ExpertCluster.Catalogue.Publishing;

/// <summary>Puts files below a prefix of a bucket. An object is there when all of it is: half an upload leaves none.</summary>
/// <param name="http">Asks the server.</param>
/// <param name="bucket">Its name.</param>
/// <param name="prefix">Empty, or ends with '/'.</param>
/// <param name="retry">For each question.</param>
internal sealed class BucketUploads(SourceHttp http, string bucket, string prefix, ResiliencePipeline retry)
{
    /// <summary>What a slow line sends within the time that an answer may take; larger files go in such pieces, each of them tried again by itself.</summary>
    private const long PieceBytes = 16 << 20;

    /// <summary>Of one object, by S3's API.</summary>
    private const int MostPieces = 10_000;

    private readonly BucketObjects _objects = new(http);

    public string Shown { get; } = $"s3://{bucket}/{prefix}".TrimEnd('/');

    /// <summary>Which of these files are there, with these sizes.</summary>
    /// <param name="below">Of the list that is asked for: all files, or those of one folder.</param>
    /// <param name="files">By name; one is taken out where it is there.</param>
    /// <param name="cancellation">Ends it.</param>
    public async Task TakeOutPresentAsync(string below, Dictionary<string, long> files, CancellationToken cancellation)
    {
        _objects.RequireServer(Shown);
        var request = new ListObjectsV2Request { BucketName = bucket, Prefix = prefix + below };
        ListObjectsV2Response page;
        do
        {
            page = await AskAsync(Shown, (client, stop) => client.ListObjectsV2Async(request, stop), cancellation);
            foreach (var found in page.S3Objects ?? [])
            {
                if (found.Key is { } key && key.StartsWith(prefix, StringComparison.Ordinal) && files.TryGetValue(key[prefix.Length..], out long bytes) && bytes == found.Size)
                {
                    files.Remove(key[prefix.Length..]);
                }
            }

            request.ContinuationToken = page.NextContinuationToken;
        }
        while (files.Count > 0 && page.IsTruncated == true && page.NextContinuationToken is { Length: > 0 });
    }

    /// <summary>All of a small object; null: there is none.</summary>
    public async Task<byte[]?> TryReadAsync(string name, int most, CancellationToken cancellation)
    {
        string what = $"{Shown}/{name}";
        using var response = await AskAsync(what, async (client, stop) =>
        {
            try
            {
                return await client.GetObjectAsync(new GetObjectRequest { BucketName = bucket, Key = prefix + name }, stop);
            }
            catch (AmazonS3Exception error) when (error.StatusCode == HttpStatusCode.NotFound && error.ErrorCode != "NoSuchBucket")
            {
                return null;
            }
        }, cancellation);
        if (response is null || response.ContentLength > most)
        {
            return null;
        }

        using var bytes = new MemoryStream();
        await response.ResponseStream.CopyToAsync(bytes, cancellation);
        return bytes.ToArray();
    }

    public Task PutAsync(string name, byte[] bytes, CancellationToken cancellation) => AskAsync(
        $"{Shown}/{name}",
        (client, stop) => client.PutObjectAsync(new PutObjectRequest { BucketName = bucket, Key = prefix + name, InputStream = new MemoryStream(bytes), UseChunkEncoding = false }, stop),
        cancellation);

    public async Task PutFileAsync(string name, string path, long bytes, CancellationToken cancellation)
    {
        string what = $"{Shown}/{name}";
        if (bytes <= PieceBytes)
        {
            await AskAsync(
                what,
                (client, stop) => client.PutObjectAsync(new PutObjectRequest { BucketName = bucket, Key = prefix + name, FilePath = path, UseChunkEncoding = false }, stop),
                cancellation);
            return;
        }

        var begun = await AskAsync(
            what, (client, stop) => client.InitiateMultipartUploadAsync(new InitiateMultipartUploadRequest { BucketName = bucket, Key = prefix + name }, stop), cancellation);
        try
        {
            await PutPiecesAsync(what, name, path, bytes, begun.UploadId, cancellation);
        }
        catch
        {
            await AbortAsync(name, begun.UploadId);
            throw;
        }
    }

    private async Task PutPiecesAsync(string what, string name, string path, long bytes, string upload, CancellationToken cancellation)
    {
        List<PartETag> pieces = [];
        long size = Math.Max(PieceBytes, (bytes + MostPieces - 1) / MostPieces);
        for (long at = 0; at < bytes; at += size)
        {
            var request = new UploadPartRequest
            {
                BucketName = bucket,
                Key = prefix + name,
                UploadId = upload,
                PartNumber = pieces.Count + 1,
                FilePath = path,
                FilePosition = at,
                PartSize = Math.Min(size, bytes - at),
                UseChunkEncoding = false,
            };
            var piece = await AskAsync(what, (client, stop) => client.UploadPartAsync(request, stop), cancellation);
            pieces.Add(new PartETag(request.PartNumber.Value, piece.ETag));
        }

        await AskAsync(
            what,
            (client, stop) => client.CompleteMultipartUploadAsync(
                new CompleteMultipartUploadRequest { BucketName = bucket, Key = prefix + name, UploadId = upload, PartETags = pieces }, stop),
            cancellation);
    }

    /// <summary>Pieces cost their owner, until they are thrown away. Where the server is away its own rules do that.</summary>
    private async Task AbortAsync(string name, string upload)
    {
        try
        {
            var request = new AbortMultipartUploadRequest { BucketName = bucket, Key = prefix + name, UploadId = upload };
            await _objects.AskAsync(Shown, client => client.AbortMultipartUploadAsync(request, CancellationToken.None));
        }
        catch (ContentException)
        {
            // What failed before says more.
        }
    }

    private async Task<T> AskAsync<T>(string what, Func<AmazonS3Client, CancellationToken, Task<T>> ask, CancellationToken cancellation) =>
        await retry.ExecuteAsync(async stop => await _objects.AskAsync(what, client => ask(client, stop)), cancellation);
}
