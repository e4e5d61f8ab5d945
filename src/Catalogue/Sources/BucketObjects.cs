using System.Net;
using Amazon.S3;
using Amazon.S3.Model;
using ExpertCluster.Catalogue.Store;

namespace ExpertCluster.Catalogue.Sources;

/// <summary>Asks a server of S3's API, and says what it answers as everybody here does.</summary>
internal sealed class BucketObjects(SourceHttp http)
{
    private readonly Lazy<AmazonS3Client> _client = new(() => BucketClient.Create(http));

    /// <exception cref="ContentException">Nobody said which server to ask.</exception>
    public void RequireServer(string what)
    {
        if (http.Options.BucketEndpoint is null && http.Options.BucketRegion is null)
        {
            throw new ContentException($"{what}: neither {SourceEnvironment.BucketEndpoint} nor {SourceEnvironment.BucketRegion} is set; they say which server to ask");
        }
    }

    /// <summary>Opens an object at a place.</summary>
    /// <param name="what">For messages.</param>
    /// <param name="request">Says which; its range is set here.</param>
    /// <param name="bytes">Of the whole object; null: as the server says.</param>
    /// <param name="start">Where to begin.</param>
    /// <param name="cancellation">Ends it.</param>
    public async Task<ContentBody> OpenAsync(string what, GetObjectRequest request, long? bytes, ContentStart start, CancellationToken cancellation)
    {
        request.ByteRange = start.Offset > 0 ? new ByteRange(FormattableString.Invariant($"bytes={start.Offset}-")) : null;
        var response = await AskAsync(what, client => client.GetObjectAsync(request, cancellation));
        bool isPart = response.HttpStatusCode == HttpStatusCode.PartialContent;
        return new ContentBody(response.ResponseStream, response, isPart ? start.Offset : 0, isPart ? bytes : response.ContentLength, request.EtagToMatch ?? response.ETag);
    }

    public async Task<T> AskAsync<T>(string what, Func<AmazonS3Client, Task<T>> ask)
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
}
