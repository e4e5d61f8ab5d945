using ExpertCluster.Catalogue.Tests.Support;
using Microsoft.AspNetCore.Http;

namespace ExpertCluster.Catalogue.Tests.Sources;

/// <summary>Servers that stall, lie, break, refuse, and never end; shown on the hub's API, the way of all sources but s3.</summary>
public sealed class UnrulyServerTests
{
    private readonly Content _weights = new(3_000_000);
    private readonly FakeHub _hub;

    public UnrulyServerTests() => _hub = new FakeHub("org/law").With("model.safetensors", _weights.Bytes);

    [Fact]
    public async Task Fetch_ServerThatNeverAnswers_IsGivenUp()
    {
        await using var server = await FakeServer.StartAsync(context => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted));
        using var world = World(server);
        world.Pace = TimeSpan.FromMilliseconds(10);

        Assert.Equal($"hf://org/law: {server.Authority} didn't answer within 30 s", await world.RefusedAsync("hf://org/law"));
    }

    [Theory]
    [InlineData("/api/")]
    [InlineData("/large/")]
    public async Task Fetch_ServerThatStopsInTheMiddle_IsGivenUp(string path)
    {
        _hub.Instead = async context =>
        {
            if (!context.Request.Path.Value!.StartsWith(path, StringComparison.Ordinal))
            {
                return false;
            }

            await context.Response.Body.WriteAsync(_weights.Bytes.AsMemory(0, 100_000));
            await context.Response.Body.FlushAsync();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted);
            return true;
        };
        await using var server = await FakeServer.StartAsync(_hub.AnswerAsync);
        using var world = World(server);
        world.Pace = TimeSpan.FromMilliseconds(10);

        // The clock runs from the start: whichever limit it reaches first. PatientBodyTests tells them apart.
        Assert.Matches("(didn't answer within|the server sent nothing for) 30 s$", await world.RefusedAsync("hf://org/law"));
    }

    [Fact]
    public async Task Fetch_LineThatBreaksTwice_GoesOnFromWhereItBroke()
    {
        int breaks = 0;
        _hub.Instead = async context =>
        {
            if (!context.Request.Path.Value!.StartsWith("/large/", StringComparison.Ordinal) || breaks++ >= 2)
            {
                return false;
            }

            int from = int.Parse(context.Request.Headers.Range.ToString().Split('=', '-').ElementAtOrDefault(1) ?? "0", provider: null);
            if (from > 0)
            {
                context.Response.StatusCode = StatusCodes.Status206PartialContent;
                context.Response.Headers.ContentRange = $"bytes {from}-{_weights.Bytes.Length - 1}/{_weights.Bytes.Length}";
            }

            context.Response.ContentLength = _weights.Bytes.Length - from;
            await context.Response.Body.WriteAsync(_weights.Bytes.AsMemory(from, 1_000_000));
            await context.Response.Body.FlushAsync();
            context.Abort();
            return true;
        };
        await using var server = await FakeServer.StartAsync(_hub.AnswerAsync);
        using var world = Retrying(server, attempts: 5);

        using var content = await world.FetchAsync("hf://org/law");

        Assert.Equal(_weights.Sha256, Assert.Single(content.Files).Sha256);
        string[] ranges = [.. server.Asked.Where(a => a.Path.StartsWith("/large/", StringComparison.Ordinal)).Select(a => a.Headers.Range.ToString())];
        Assert.Equal(3, ranges.Length);
        Assert.Equal("", ranges[0]);
        Assert.All(ranges[1..], range => Assert.Matches("^bytes=[1-9][0-9]*-$", range));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2_999_999)]
    public async Task Fetch_ServerThatEndsEarlyWithoutSayingALength_IsNotTakenForWhole(int bytes)
    {
        _hub.Instead = async context =>
        {
            bool large = context.Request.Path.Value!.StartsWith("/large/", StringComparison.Ordinal);
            if (large)
            {
                await context.Response.Body.WriteAsync(_weights.Bytes.AsMemory(0, bytes));
            }

            return large;
        };
        await using var server = await FakeServer.StartAsync(_hub.AnswerAsync);
        using var world = World(server);

        Assert.Contains($"stopped after {bytes} of 3000000 bytes", await world.RefusedAsync("hf://org/law"), StringComparison.Ordinal);
        Assert.Empty(world.Store.Objects);
    }

    [Fact]
    public async Task Fetch_EndlessFile_IsStoppedAtWhatItShouldBe()
    {
        _hub.Instead = async context =>
        {
            bool large = context.Request.Path.Value!.StartsWith("/large/", StringComparison.Ordinal);
            while (large && !context.RequestAborted.IsCancellationRequested)
            {
                await context.Response.Body.WriteAsync(_weights.Bytes.AsMemory(0, 100_000));
            }

            return large;
        };
        await using var server = await FakeServer.StartAsync(_hub.AnswerAsync);
        using var world = World(server);

        Assert.Contains("sends more than the 3000000 bytes", await world.RefusedAsync("hf://org/law"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fetch_EndlessFileOfUnknownSize_IsStoppedAtTheLimit()
    {
        _hub.SaysSizes = false;
        _hub.Instead = async context =>
        {
            bool large = context.Request.Path.Value!.StartsWith("/large/", StringComparison.Ordinal);
            while (large && !context.RequestAborted.IsCancellationRequested)
            {
                await context.Response.Body.WriteAsync(_weights.Bytes.AsMemory(0, 100_000));
            }

            return large;
        };
        await using var server = await FakeServer.StartAsync(_hub.AnswerAsync);
        using var world = new SourceWorld(SourceWorld.Options() with { HubEndpoint = server.Uri, MaxBytes = 5_000_000 });

        Assert.Contains("more than 5000000 bytes", await world.RefusedAsync("hf://org/law"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Fetch_HugeList_IsStoppedAtTheLimit(bool saysLength)
    {
        byte[] blanks = new byte[100_000];
        blanks.AsSpan().Fill((byte)' ');
        await using var server = await FakeServer.StartAsync(async context =>
        {
            context.Response.ContentLength = saysLength ? 1L << 40 : null;
            while (!context.RequestAborted.IsCancellationRequested)
            {
                await context.Response.Body.WriteAsync(blanks);
            }
        });
        using var world = World(server);

        Assert.Equal($"hf://org/law: the server sends more than {8 << 20} bytes", await world.RefusedAsync("hf://org/law"));
    }

    [Fact]
    public async Task Fetch_TooManyFiles_NamesTheLimit()
    {
        _hub.With("other.json", "{}"u8.ToArray());
        await using var server = await FakeServer.StartAsync(_hub.AnswerAsync);
        using var world = new SourceWorld(SourceWorld.Options() with { HubEndpoint = server.Uri, MaxFiles = 1 });

        Assert.Contains("there are 2 files; at most 1 are taken (EXPERTCLUSTER_SOURCES_MAX_FILES)", await world.RefusedAsync("hf://org/law"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fetch_MoreThanTheStoreHolds_IsRefusedBeforeAFileIsRead()
    {
        await using var server = await FakeServer.StartAsync(_hub.AnswerAsync);
        using var world = new SourceWorld(SourceWorld.Options() with { HubEndpoint = server.Uri }, storeBytes: 2_000_000);

        Assert.Contains("EXPERTCLUSTER_STORE_BYTES", await world.RefusedAsync("hf://org/law"), StringComparison.Ordinal);
        Assert.Single(server.Asked);
    }

    [Theory]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(503)]
    public async Task Fetch_BusyServer_IsAskedAgainAfterAsLongAsItSays(int status)
    {
        SourceWorld? world = null;
        List<DateTimeOffset> asked = [];
        _hub.Instead = context =>
        {
            asked.Add(world!.Time.GetUtcNow());
            if (asked.Count <= 2)
            {
                context.Response.StatusCode = status;
                context.Response.Headers.RetryAfter = "20";
            }

            return Task.FromResult(asked.Count <= 2);
        };
        await using var server = await FakeServer.StartAsync(_hub.AnswerAsync);
        using var made = world = Retrying(server, attempts: 3);

        using var content = await world.FetchAsync("hf://org/law");

        Assert.InRange(asked[1] - asked[0], TimeSpan.FromSeconds(20), TimeSpan.MaxValue);
        Assert.InRange(asked[2] - asked[1], TimeSpan.FromSeconds(20), TimeSpan.MaxValue);
    }

    [Theory]
    [InlineData(429, 3)]
    [InlineData(503, 3)]
    [InlineData(404, 1)]
    [InlineData(403, 1)]
    [InlineData(501, 1)]
    public async Task Fetch_ServerThatKeepsRefusing_IsAskedAsOftenAsHelps(int status, int times)
    {
        await using var server = await FakeServer.StartAsync(context =>
        {
            context.Response.StatusCode = status;
            return Task.CompletedTask;
        });
        using var world = Retrying(server, attempts: 3);

        Assert.Contains($"the server answered {status}", await world.RefusedAsync("hf://org/law"), StringComparison.Ordinal);
        Assert.Equal(times, server.Asked.Count);
    }

    [Fact]
    public async Task Fetch_NobodyThere_SaysSo()
    {
        int port = ExpertCluster.TestSupport.FreePorts.Take(1)[0];
        using var world = new SourceWorld(SourceWorld.Options() with { HubEndpoint = new Uri($"http://127.0.0.1:{port}") });

        Assert.Equal($"hf://org/law: 127.0.0.1:{port} can't be asked: ConnectionError", await world.RefusedAsync("hf://org/law"));
    }

    [Fact]
    public async Task Fetch_HugeHeaders_IsRefused()
    {
        await using var server = await FakeServer.StartAsync(context =>
        {
            for (int i = 0; i < 100; i++)
            {
                context.Response.Headers[$"x-{i}"] = new string('x', 2000);
            }

            return context.Response.WriteAsync("{}");
        });
        using var world = World(server);

        Assert.Contains("ConfigurationLimitExceeded", await world.RefusedAsync("hf://org/law"), StringComparison.Ordinal);
    }

    private static SourceWorld World(FakeServer server) => new(SourceWorld.Options() with { HubEndpoint = server.Uri });

    /// <summary>With a clock that runs for the sake of pauses between attempts; other limits of time are out of its reach.</summary>
    private static SourceWorld Retrying(FakeServer server, int attempts) => new(SourceWorld.Options() with
    {
        HubEndpoint = server.Uri,
        Attempts = attempts,
        StallTimeout = TimeSpan.FromDays(40),
        FileTimeout = TimeSpan.FromDays(40),
    })
    {
        Pace = TimeSpan.FromMilliseconds(100),
    };
}
