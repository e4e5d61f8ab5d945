using ExpertCluster.Catalogue.Sources;
using ExpertCluster.Catalogue.Store;
using ExpertCluster.Catalogue.Tests.Support;
using Microsoft.AspNetCore.Http;

namespace ExpertCluster.Catalogue.Tests.Sources;

public sealed class BucketSourceTests
{
    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;
    private readonly Content _weights = new(2_000_000);

    [Fact]
    public async Task Fetch_PrefixOfARealServer_ReadsWhatLiesBelowIt()
    {
        await using var bucket = await Bucket.StartAsync();
        await bucket.PutAsync("law/v1/adapter_config.json", "{}"u8.ToArray());
        await bucket.PutAsync("law/v1/adapter_model.safetensors", _weights.Bytes);
        await bucket.PutAsync("law/v1/sub/a b+c.txt", "deep"u8.ToArray());
        await bucket.PutAsync("law/v10/other.json", "{}"u8.ToArray());
        using var world = new SourceWorld(bucket.Options);

        using var content = await world.FetchAsync("s3://models/law/v1");

        Assert.Equal(["adapter_config.json", "adapter_model.safetensors", "sub/a b+c.txt"], content.Files.Select(f => f.Name).Order());
        Assert.Equal(_weights.Bytes, await File.ReadAllBytesAsync(Path.Combine(content.Path, "adapter_model.safetensors"), _cancellation));
    }

    [Fact]
    public async Task Fetch_MoreThanAPageOfKeys_AreAllFound()
    {
        await using var server = await FakeServer.StartAsync(context => context.Response.WriteAsync(context.Request.Query["continuation-token"] == "2 +/"
            ? List("law/b", 3)
            : List("law/a", 3).Replace("<Contents>", "<IsTruncated>true</IsTruncated><NextContinuationToken>2 +/</NextContinuationToken><Contents>", StringComparison.Ordinal)));
        using var world = World(server);

        Assert.Equal(["a", "b"], (await world.Sources.Find("s3://models/law")!.ListAsync("s3://models/law", _cancellation)).Files.Select(f => f.Name));
    }

    [Fact]
    public async Task Fetch_PartFromARealServer_GoesOnWhereItBroke()
    {
        await using var bucket = await Bucket.StartAsync();
        await bucket.PutAsync("law/model.safetensors", _weights.Bytes);
        using var world = new SourceWorld(bucket.Options);
        var file = Assert.Single((await world.Sources.Find("s3://models/law")!.ListAsync("s3://models/law", _cancellation)).Files);

        await using var body = await file.Ask.Open(new ContentStart(1_999_990, "\"x\""), _cancellation);
        byte[] rest = new byte[100];

        Assert.Equal(1_999_990, body.Offset);
        Assert.Equal(10, await body.Stream.ReadAtLeastAsync(rest, 11, throwOnEndOfStream: false, _cancellation));
        Assert.Equal(_weights.Bytes[^10..], rest[..10]);
    }

    [Fact]
    public async Task Fetch_WrongKey_IsRefusedWithoutShowingIt()
    {
        await using var server = await FakeServer.StartAsync(context =>
        {
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
            return context.Response.WriteAsync("<Error><Code>InvalidAccessKeyId</Code><Message>k3y is not known</Message><AWSAccessKeyId>k3y</AWSAccessKeyId></Error>");
        });
        using var world = new SourceWorld(SourceWorld.Options() with { BucketEndpoint = server.Uri, BucketKeys = new BucketKeys("k3y", new Secret("wr0ng"), null) });

        Assert.Equal("s3://models/law: the server answered 403: it is not for this login", await world.RefusedAsync("s3://models/law"));
        Assert.StartsWith("AWS4-HMAC-SHA256 Credential=k3y/", Assert.Single(server.Asked).Headers.Authorization, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fetch_NoSuchBucketOrNothingBelow_SaysSo()
    {
        await using var bucket = await Bucket.StartAsync();
        using var world = new SourceWorld(bucket.Options);

        Assert.Contains("the server answered 404", await world.RefusedAsync("s3://nothing/law"), StringComparison.Ordinal);
        Assert.Contains("no files there that are of use", await world.RefusedAsync("s3://models/law"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fetch_NoEndpointAndNoRegion_NamesBoth()
    {
        using var world = new SourceWorld(SourceWorld.Options());

        string message = await world.RefusedAsync("s3://models/law");

        Assert.Contains("AWS_ENDPOINT_URL_S3", message, StringComparison.Ordinal);
        Assert.Contains("AWS_REGION", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("law/../../x")]
    [InlineData("law//x")]
    [InlineData("law/a\\b")]
    public async Task Fetch_KeyThatLeadsElsewhere_IsRefused(string key)
    {
        await using var server = await FakeServer.StartAsync(context => context.Response.WriteAsync(List(key, 3)));
        using var world = World(server);

        Assert.Contains("no name of a file below a folder", await world.RefusedAsync("s3://models/law"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fetch_ObjectReplacedMeanwhile_IsAnErrorAndNoMixture()
    {
        await using var server = await FakeServer.StartAsync(async context =>
        {
            if (context.Request.Query.ContainsKey("list-type"))
            {
                await context.Response.WriteAsync(List("law/a.json", 3));
            }
            else
            {
                Assert.Equal("\"e1\"", context.Request.Headers.IfMatch);
                context.Response.StatusCode = StatusCodes.Status412PreconditionFailed;
            }
        });
        using var world = World(server);

        Assert.Equal("s3://models/law/a.json: it was replaced while it was read", await world.RefusedAsync("s3://models/law"));
    }

    [Theory]
    [InlineData("<ListBucketResult>")]
    [InlineData("{}")]
    public async Task Fetch_ListThatIsNone_IsRefused(string text)
    {
        await using var server = await FakeServer.StartAsync(context => context.Response.WriteAsync(text));
        using var world = World(server);

        Assert.Contains("s3://models/law: ", await world.RefusedAsync("s3://models/law"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fetch_EndlessList_IsStoppedAtTheLimit()
    {
        byte[] blanks = new byte[100_000];
        blanks.AsSpan().Fill((byte)' ');
        await using var server = await FakeServer.StartAsync(async context =>
        {
            await context.Response.WriteAsync("<ListBucketResult>");
            while (!context.RequestAborted.IsCancellationRequested)
            {
                await context.Response.Body.WriteAsync(blanks);
            }
        });
        using var world = World(server);

        Assert.Contains($"sends more than {8 << 20} bytes", await world.RefusedAsync("s3://models/law"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fetch_PagesWithoutEnd_StopAtTheMostFiles()
    {
        int pages = 0;
        await using var server = await FakeServer.StartAsync(context => context.Response.WriteAsync(
            List($"law/{pages++}", 3).Replace("<Contents>", "<IsTruncated>true</IsTruncated><NextContinuationToken>again</NextContinuationToken><Contents>", StringComparison.Ordinal)));
        using var world = new SourceWorld(SourceWorld.Options() with { BucketEndpoint = server.Uri, MaxFiles = 7 });

        Assert.Contains("at most 7 are taken", await world.RefusedAsync("s3://models/law"), StringComparison.Ordinal);
        Assert.Equal(8, pages);
    }

    [Theory]
    [InlineData("https://169.254.169.254/")]
    [InlineData("http://169.254.169.254/")]
    [InlineData("https://s3.region.metadata.test/models")]
    public async Task Fetch_RedirectInside_IsRefused(string target)
    {
        await using var server = await FakeServer.StartAsync(context =>
        {
            context.Response.StatusCode = StatusCodes.Status307TemporaryRedirect;
            context.Response.Headers.Location = target;
            return Task.CompletedTask;
        });
        using var world = new SourceWorld(
            SourceWorld.Options() with { BucketEndpoint = server.Uri }, resolve: (_, _) => Task.FromResult<System.Net.IPAddress[]>([System.Net.IPAddress.Parse("169.254.169.254")]));

        Assert.Matches("(has an inner address|can't be used|the server answered 307)", await world.RefusedAsync("s3://models/law"));
        Assert.Single(server.Asked);
    }

    [Fact]
    public async Task Fetch_ServerThatNeverAnswers_IsGivenUp()
    {
        await using var server = await FakeServer.StartAsync(context => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted));
        using var world = World(server);
        world.Pace = TimeSpan.FromMilliseconds(10);

        Assert.Equal($"s3://models/law: {server.Authority} didn't answer within 30 s", await world.RefusedAsync("s3://models/law"));
    }

    private static SourceWorld World(FakeServer server) => new(SourceWorld.Options() with { BucketEndpoint = server.Uri });

    private static string List(string key, int bytes) => $"""
        <?xml version="1.0" encoding="UTF-8"?>
        <ListBucketResult><Name>models</Name><Contents><Key>{key}</Key><ETag>"e1"</ETag><Size>{bytes}</Size></Contents></ListBucketResult>
        """;
}
