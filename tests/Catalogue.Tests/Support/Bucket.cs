using System.Diagnostics;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using ExpertCluster.Catalogue.Sources;
using ExpertCluster.TestSupport;

namespace ExpertCluster.Catalogue.Tests.Support;

/// <summary>s3rver of the npm registry: a server of S3's API.</summary>
internal sealed class Bucket : IAsyncDisposable
{
    public const string Name = "models";

    // Its own, which it knows from the start.
    private const string Key = "S3RVER";

    private readonly TemporaryFolder _folder;
    private readonly LocalServer _server;

    private Bucket(TemporaryFolder folder, LocalServer server) => (_folder, _server) = (folder, server);

    public SourceOptions Options => SourceWorld.Options() with { BucketEndpoint = _server.Uri, BucketKeys = new BucketKeys(Key, new Secret(Key), null) };

    public static async Task<Bucket> StartAsync()
    {
        string packages = NpmPackages.Install("Catalogue.Tests");
        var folder = new TemporaryFolder();
        return new Bucket(folder, await LocalServer.StartAsync(port => new ProcessStartInfo(
            "node",
            [$"{packages}/node_modules/s3rver/bin/s3rver.js", "--directory", folder.Path, "--address", "127.0.0.1", "--port", $"{port}", "--silent", "--configure-bucket", Name])));
    }

    public async Task PutAsync(string key, byte[] bytes)
    {
        using var client = new AmazonS3Client(new BasicAWSCredentials(Key, Key), new AmazonS3Config
        {
            ServiceURL = _server.Uri.AbsoluteUri,
            ForcePathStyle = true,
            AuthenticationRegion = "us-east-1",
            RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
        });
        await client.PutObjectAsync(new PutObjectRequest { BucketName = Name, Key = key, InputStream = new MemoryStream(bytes), UseChunkEncoding = false });
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _folder.Dispose();
    }
}
