using ExpertCluster.Catalogue.Snapshots;
using ExpertCluster.ExpertHost.Apis.Vllm;
using ExpertCluster.ExpertHost.Tests.Support;
using ExpertCluster.Node.Transport;
using ExpertCluster.V1.Vllm;
using Grpc.Core;

namespace ExpertCluster.ExpertHost.Tests.Apis.Vllm;

/// <summary>A client of vLLM's protocol and a host's service of it, in memory.</summary>
public sealed class VllmEngineServiceTests(SmallModels models) : IAsyncLifetime
{
    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;
    private readonly HostParts _host = new(models);
    private ServedExperts _served = null!;

    public async ValueTask InitializeAsync()
    {
        _served = await ServedExperts.StartAsync(_host);
        await _host.LoadAsync("law");
    }

    [Fact]
    public async Task Generate_Streamed_GivesDeltasAndThenTheWhole()
    {
        var answer = await AskAsync(Request(stream: true), "law");

        var chunks = answer.SkipLast(1).Select(a => a.Chunk).ToList();
        var whole = answer[^1].Complete;
        Assert.NotEmpty(chunks);
        Assert.Equal(5, whole.OutputIds.Count);
        Assert.Equal(whole.OutputIds, chunks.SelectMany(c => c.TokenIds));
        Assert.All(chunks, c => Assert.Equal((9u, (uint)c.TokenIds.Count, 0u), (c.PromptTokens, c.CompletionTokens, c.Index)));
        Assert.Equal(("length", 9u, 5u), (whole.FinishReason, whole.PromptTokens, whole.CompletionTokens));
        Assert.Null(whole.OutputLogprobs);
    }

    [Fact]
    public void Answer_IsFinishedOnce()
    {
        var answer = new EngineAnswer(withLogprobs: false, isStreamed: true);
        Assert.False(answer.IsFinished);

        Assert.Equal("stop", answer.Finish(V1.FinishReason.Stop).Complete.FinishReason);

        Assert.True(answer.IsFinished);
    }

    [Fact]
    public async Task Generate_Whole_IsOneMessageWithTheSameTokens() =>
        Assert.Equal((await AskAsync(Request(stream: true), "law"))[^1], Assert.Single(await AskAsync(Request(), "law")));

    [Fact]
    public async Task Generate_IsWhatARouterGets()
    {
        var chunks = await _served.ReadAsync(Plans.Of(await _host.LoadAsync("law")));

        Assert.Equal(chunks.SelectMany(c => c.Tokens).Select(t => (uint)t.Id), Assert.Single(await AskAsync(Request(), "law")).Complete.OutputIds);
    }

    [Fact]
    public async Task Generate_TokensOfTheText_AreTheSameAnswer()
    {
        var read = await _served.Client.TokenizeAsync(new V1.TokenizeRequest { Base = SmallModels.Base, Prompt = "Who pays?" }, cancellationToken: _cancellation);
        var request = Request();
        request.ClearText();
        request.Tokenized = new TokenizedInput { InputIds = { read.Tokens.Select(t => (uint)t) }, OriginalText = "Nobody pays." };

        Assert.Equal(await AskAsync(Request(), "law"), await AskAsync(request, "law"));
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(3, 3)]
    public async Task Generate_Logprobs_ComeWithEachToken(int asked, int top)
    {
        var request = Request(stream: true);
        request.SamplingParams.Logprobs = asked;

        var answer = await AskAsync(request, "law");
        request.Stream = false;
        var complete = Assert.Single(await AskAsync(request, "law")).Complete;

        var whole = complete.OutputLogprobs;
        Assert.Equal(complete.OutputIds, whole.TokenIds);
        Assert.Equal(5, whole.TokenLogprobs.Count);
        Assert.Equal(top == 0 ? 0 : 5, whole.TopLogprobs.Count);
        Assert.All(whole.TopLogprobs, (t, i) => Assert.Equal((whole.TokenIds[i], whole.TokenLogprobs[i], top, top), (t.TokenIds[0], t.Values[0], t.Values.Count, t.TokenIds.Count)));
        Assert.Equal(whole.TokenLogprobs, answer.SkipLast(1).SelectMany(a => a.Chunk.OutputLogprobs.TokenLogprobs));
        Assert.Null(answer[^1].Complete.OutputLogprobs);
    }

    [Fact]
    public async Task Generate_Names_ChooseTheExpertAndTheFirstCounts()
    {
        var law = await AskAsync(Request(), "law");
        var tax = await AskAsync(Request(), "tax");
        var alone = await AskAsync(Request());

        Assert.Equal(3, new[] { law, tax, alone }.Select(a => a[0].Complete.OutputIds.ToString()).Distinct().Count());
        Assert.Equal(alone, await AskAsync(Request(), SmallModels.Base));
        foreach (string name in EngineModels.Names)
        {
            Assert.Equal(tax, await AskAsync(Request(), new Metadata { { name, "tax" } }));
        }

        Assert.Equal(tax, await AskAsync(Request(), new Metadata { { EngineModels.Names[3], "law" }, { EngineModels.Names[0], "tax" } }));
    }

    [Fact]
    public async Task Generate_NoName_NeedsOneBase()
    {
        _host.Catalogue.Swap(models.Version(2, SmallModels.Alone(SmallModels.Base), SmallModels.Alone("verse")));

        Assert.Equal(
            new Status(StatusCode.InvalidArgument, "x-expertcluster-expert is missing, and this host runs small, verse; name an expert or a base in that metadata"), await RefusalAsync(Request()));
        Assert.Equal(new Status(StatusCode.NotFound, "there is no expert \"poems\"; this host runs small, verse"), await RefusalAsync(Request(), "poems"));
        Assert.Equal(new Status(StatusCode.InvalidArgument, "x-expertcluster-expert is auto: the gate is the routers'; a host is told who answers"), await RefusalAsync(Request(), "auto"));
        Assert.Equal(5, Assert.Single(await AskAsync(Request(), "verse")).Complete.OutputIds.Count);
    }

    [Fact]
    public async Task Generate_BaseThatAnswersNobodyAlone_NeedsAName()
    {
        _host.Catalogue.Swap(models.Version(2, SmallModels.Expert("law", models.Law)));

        Assert.Equal(
            new Status(StatusCode.InvalidArgument, "x-expertcluster-expert is missing, and base small answers nobody alone; name one of its experts"), await RefusalAsync(Request()));
    }

    [Theory]
    [InlineData("""{"text": ""}""", "prompt is empty")]
    [InlineData("""{"text": "a", "sampling_params": {"temperature": 3}}""", "temperature is 3; it must be from 0 to 2")]
    [InlineData("""{"text": "a", "sampling_params": {"max_tokens": 0}}""", "max_tokens is 0; it must be 1 or above")]
    [InlineData("""{"text": "a", "sampling_params": {"regex": "("}}""", "regex ")]
    [InlineData("""{"text": "a", "sampling_params": {"json_schema": "{"}}""", "json_schema ")]
    [InlineData("""{"tokenized": {"input_ids": [100000]}}""", "tokenized.input_ids[0] is 100000; base small has tokens from 0 to ")]
    public async Task Generate_Wrong_NamesTheField(string request, string told)
    {
        var status = await RefusalAsync(Google.Protobuf.JsonParser.Default.Parse<GenerateRequest>(request), "law");

        Assert.Equal(StatusCode.InvalidArgument, status.StatusCode);
        Assert.StartsWith(told, status.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Generate_OverTheContext_IsRefused()
    {
        Assert.Equal(
            new Status(StatusCode.InvalidArgument, "prompt has 64 tokens; with at least one token of answer it must fit the context of 64"),
            await RefusalAsync(new GenerateRequest { Text = new string('x', 64) }, "law"));
        Assert.Equal(0u, (await InfoAsync()).ActiveRequests);
    }

    [Fact]
    public async Task Generate_Refused_NamesTheFieldInTheDetails()
    {
        var error = await Assert.ThrowsAsync<RpcException>(() => AskAsync(new GenerateRequest { Text = "a", SamplingParams = new SamplingParams { N = 2 } }, "law"));

        Assert.Equal("sampling_params.n", GrpcFailures.FieldOf(error));
    }

    [Fact]
    public async Task Generate_Choice_IsOneOfThem()
    {
        var request = Request();
        request.SamplingParams.IgnoreEos = false;
        request.SamplingParams.Choice = new ChoiceConstraint { Choices = { "yes", "no" } };

        var whole = Assert.Single(await AskAsync(request, "law")).Complete;

        var text = await _served.Client.DetokenizeAsync(new V1.DetokenizeRequest { Base = SmallModels.Base, Tokens = { whole.OutputIds.Select(id => (int)id) } }, cancellationToken: _cancellation);
        Assert.Contains(text.Text, (string[])["yes", "no"]);
        Assert.Equal("stop", whole.FinishReason);
    }

    [Fact]
    public async Task Abort_InMidStream_EndsItWithWhatCame()
    {
        _host.Runner.Hold();
        using var call = _served.Vllm.Generate(Request("a", stream: true), Named("law"), cancellationToken: _cancellation);
        using var other = _served.Vllm.Generate(Request("b", stream: true), Named("law"), cancellationToken: _cancellation);
        await _host.Runner.EnteredAsync();

        await _served.Vllm.AbortAsync(new AbortRequest { RequestIds = { "a", "a", "unknown", "", new string('x', 1000) } }, cancellationToken: _cancellation);

        Assert.Equal("abort", (await ReadAsync(call))[^1].Complete.FinishReason);
        _host.Runner.Release();
        Assert.Equal("length", (await ReadAsync(other))[^1].Complete.FinishReason);
        Assert.Equal(0u, (await InfoAsync()).ActiveRequests);
        Assert.Equal("length", (await AskAsync(Request("a"), "law"))[^1].Complete.FinishReason);
    }

    [Fact]
    public async Task Generate_IdInUse_IsRefusedUntilItIsFree()
    {
        _host.Runner.Hold();
        using var call = _served.Vllm.Generate(Request("a"), Named("law"), cancellationToken: _cancellation);
        await _host.Runner.EnteredAsync();

        Assert.Equal(StatusCode.AlreadyExists, (await RefusalAsync(Request("a"), "law")).StatusCode);
        Assert.Equal(
            new Status(StatusCode.InvalidArgument, "request_id has 257 characters; at most 256 are taken"), await RefusalAsync(Request(new string('a', 257)), "law"));
        _host.Runner.Release();

        Assert.Single(await ReadAsync(call));
        Assert.Single(await AskAsync(Request("a"), "law"));
    }

    [Fact]
    public async Task Generate_CallerThatLeaves_FreesAll()
    {
        _host.Runner.Hold();
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(_cancellation);
        using var call = _served.Vllm.Generate(Request("a", stream: true), Named("law"), cancellationToken: leaving.Token);
        var reading = call.ResponseStream.MoveNext(_cancellation);
        await _host.Runner.EnteredAsync();
        Assert.Equal(1u, (await InfoAsync()).ActiveRequests);

        await leaving.CancelAsync();

        Assert.Equal(StatusCode.Cancelled, (await Assert.ThrowsAsync<RpcException>(() => reading)).StatusCode);
        while ((await InfoAsync()).ActiveRequests > 0)
        {
            await Task.Yield();
        }

        Assert.Equal(0, (await _host.LoadAsync("law")).Running);
    }

    [Fact]
    public async Task Drain_RefusesWhatIsNewAndTellsOfIt()
    {
        Assert.Equal(new HealthCheckResponse { Healthy = true }, await HealthAsync());
        _host.Runner.Hold();
        using var call = _served.Vllm.Generate(Request("a"), Named("law"), cancellationToken: _cancellation);
        await _host.Runner.EnteredAsync();

        _host.Drain.Begin();

        Assert.Equal(new HealthCheckResponse { Message = "host host-7 drains" }, await HealthAsync());
        Assert.True((await InfoAsync()).IsPaused);
        Assert.Equal(new Status(StatusCode.Unavailable, "host host-7 drains; ask another"), await RefusalAsync(Request(), "law"));
        _host.Runner.Release();
        Assert.Equal("length", (await ReadAsync(call))[^1].Complete.FinishReason);
    }

    [Fact]
    public async Task GetModelInfo_OfAnExpert_TellsItsBase()
    {
        var info = await _served.Vllm.GetModelInfoAsync(new GetModelInfoRequest(), Named("law"), cancellationToken: _cancellation);

        Assert.Equal((SmallModels.Base, "law", true, 64u, 63), (info.ModelPath, info.ServedModelName, info.IsGeneration, info.MaxContextLength, info.MaxReqInputLen));
        Assert.Equal((uint)_host.Runner.Vocabulary, info.VocabSize);
        Assert.Equal(models.Model.EndTokens, info.EosTokenIds);
    }

    [Fact]
    public async Task GetServerInfo_CountsAndTimes()
    {
        Assert.Equal((0.0, 0.0), ((await InfoAsync()).LastReceiveTimestamp, (await InfoAsync()).UptimeSeconds));
        _host.Time.Advance(TimeSpan.FromSeconds(7));
        await AskAsync(Request(), "law");

        var info = await InfoAsync();

        Assert.Equal((7.0, _host.Time.GetUtcNow().ToUnixTimeMilliseconds() / 1000.0, "vllm-grpc"), (info.UptimeSeconds, info.LastReceiveTimestamp, info.ServerType));
    }

    [Fact]
    public async Task Embed_Tokens_AreTheEncodersVector()
    {
        using var encoders = new SmallEncoders();
        _host.Catalogue.Swap(new CatalogueSnapshot(2, models.Catalogue with { Encoders = [encoders.Sentences("one"), encoders.Pairs("pairs")] }));

        var only = await _served.Vllm.EmbedAsync(Embed(2, 11, 3), cancellationToken: _cancellation);
        var named = await _served.Vllm.EmbedAsync(Embed(2, 11, 3), new Metadata { { "x-expertcluster-expert", "one" } }, cancellationToken: _cancellation);

        Assert.Equal(only, named);
        Assert.Equal((3u, 16u, 16), (only.PromptTokens, only.EmbeddingDim, only.Embedding.Count));
        Assert.Equal(1, only.Embedding.Sum(v => v * v), 4);
    }

    [Theory]
    [InlineData("", StatusCode.InvalidArgument, "tokenized.input_ids is empty", new int[0])]
    [InlineData("", StatusCode.InvalidArgument, "tokenized.input_ids has token 24; the encoder has tokens from 0 to 23", new[] { 1, 24 })]
    [InlineData("", StatusCode.InvalidArgument, "x-expertcluster-expert is missing, and there are several encoders: one, two", new[] { 1 }, true)]
    [InlineData("law", StatusCode.NotFound, "there is no encoder \"law\" that gives vectors", new[] { 1 })]
    [InlineData("pairs", StatusCode.NotFound, "there is no encoder \"pairs\" that gives vectors", new[] { 1 })]
    public async Task Embed_Wrong_IsRefusedByName(string name, StatusCode code, string message, int[] tokens, bool isSecond = false)
    {
        using var encoders = new SmallEncoders();
        var served = (IReadOnlyList<Catalogue.Prepared.PreparedEncoder>)[encoders.Sentences("one"), encoders.Pairs("pairs"), .. isSecond ? [encoders.Sentences("two", 2)] : Array.Empty<Catalogue.Prepared.PreparedEncoder>()];
        _host.Catalogue.Swap(new CatalogueSnapshot(2, models.Catalogue with { Encoders = served }));
        Metadata headers = [];
        if (name.Length > 0)
        {
            headers.Add("x-expertcluster-expert", name);
        }

        var error = await Assert.ThrowsAsync<RpcException>(() => _served.Vllm.EmbedAsync(Embed([.. tokens.Select(t => (uint)t)]), headers, cancellationToken: _cancellation).ResponseAsync);

        Assert.Equal(code, error.StatusCode);
        Assert.StartsWith(message, error.Status.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Embed_NoEncoder_IsTold() => Assert.Equal(
        StatusCode.NotFound, (await Assert.ThrowsAsync<RpcException>(() => _served.Vllm.EmbedAsync(Embed(1), cancellationToken: _cancellation).ResponseAsync)).StatusCode);

    [Fact]
    public async Task Abort_MoreThanCanRun_IsRefused()
    {
        var ids = Enumerable.Repeat("a", RunningRequests.Most + 1);
        var error = await Assert.ThrowsAsync<RpcException>(() => _served.Vllm.AbortAsync(new AbortRequest { RequestIds = { ids } }, cancellationToken: _cancellation).ResponseAsync);

        Assert.Equal("request_ids has 4097 entries; at most 4096 are taken", error.Status.Detail);
    }

    [Fact]
    public void Begin_TooManyAtOnce_IsRefusedUntilOneEnds()
    {
        var requests = new RunningRequests(_host.Time);
        var all = Enumerable.Range(0, RunningRequests.Most).Select(i => requests.Begin(i % 2 == 0 ? "" : $"{i}", CancellationToken.None)).ToList();

        Assert.Equal(StatusCode.ResourceExhausted, Assert.Throws<RpcException>(() => requests.Begin("", CancellationToken.None)).StatusCode);
        all[0].Dispose();
        using var one = requests.Begin("", CancellationToken.None);
        all[1..].ForEach(running => running.Dispose());

        Assert.Equal(1, requests.Count);
    }

    private static EmbedRequest Embed(params uint[] tokens) => new() { RequestId = "e", Tokenized = new TokenizedInput { InputIds = { tokens } } };

    public async ValueTask DisposeAsync()
    {
        _host.Runner.Release();
        await _served.DisposeAsync();
        await _host.DisposeAsync();
    }

    private static GenerateRequest Request(string id = "", bool stream = false) => new()
    {
        RequestId = id,
        Text = "Who pays?",
        Stream = stream,
        SamplingParams = new SamplingParams { MaxTokens = 5, Temperature = 0, IgnoreEos = true },
    };

    private static Metadata Named(string? expert) => expert is null ? [] : new Metadata { { EngineModels.Names[0], expert } };

    private Task<List<GenerateResponse>> AskAsync(GenerateRequest request, string? expert = null) => AskAsync(request, Named(expert));

    private async Task<List<GenerateResponse>> AskAsync(GenerateRequest request, Metadata headers)
    {
        using var call = _served.Vllm.Generate(request, headers, cancellationToken: _cancellation);
        return await ReadAsync(call);
    }

    private Task<List<GenerateResponse>> ReadAsync(AsyncServerStreamingCall<GenerateResponse> call) => call.ResponseStream.ReadAllAsync(_cancellation).ToListAsync(_cancellation).AsTask();

    private async Task<Status> RefusalAsync(GenerateRequest request, string? expert = null) => (await Assert.ThrowsAsync<RpcException>(() => AskAsync(request, expert))).Status;

    private Task<HealthCheckResponse> HealthAsync() => _served.Vllm.HealthCheckAsync(new HealthCheckRequest(), cancellationToken: _cancellation).ResponseAsync;

    private Task<GetServerInfoResponse> InfoAsync() => _served.Vllm.GetServerInfoAsync(new GetServerInfoRequest(), cancellationToken: _cancellation).ResponseAsync;
}
