using ExpertCluster.ExpertHost.Runtime;
using ExpertCluster.ExpertHost.Tests.Support;
using ExpertCluster.V1;
using Grpc.Core;

namespace ExpertCluster.ExpertHost.Tests.Serving;

/// <summary>A host's part of an answer that another one draws.</summary>
public sealed class ContributionsTests(SmallModels models) : IAsyncLifetime
{
    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;
    private readonly HostParts _host = new(models);
    private ServedExperts _served = null!;
    private ExpertActivation _law = null!;
    private ExpertActivation _tax = null!;

    public async ValueTask InitializeAsync()
    {
        _served = await ServedExperts.StartAsync(_host);
        (_law, _tax) = (await _host.LoadAsync("law"), await _host.LoadAsync("tax"));
    }

    /// <summary>What the host would draw by itself is the likeliest each time.</summary>
    [Fact]
    public async Task Contribute_EachPlace_IsWhatTheTokenMayBe()
    {
        int[] drawn = [.. (await _served.ReadAsync(Plans.Of(_law))).SelectMany(c => c.Tokens).Select(t => t.Id)];
        using var call = _served.Client.Contribute(cancellationToken: _cancellation);
        await call.RequestStream.WriteAsync(new ContributeRequest { Plan = PlanOf(_law), Candidates = 3 }, _cancellation);

        for (int place = 0; place < drawn.Length; place++)
        {
            Assert.True(await call.ResponseStream.MoveNext(_cancellation));
            var said = call.ResponseStream.Current;
            Assert.Equal((place, place == 0 ? _host.Runner.Vocabulary : 0), (said.Place, said.Vocabulary));
            Assert.Equal(drawn[place], said.Tokens[said.Logprobs.IndexOf(said.Logprobs.Max())]);
            Assert.InRange(said.Tokens.Count, 1, 3);
            Assert.Equal(1, said.Tail + said.Logprobs.Sum(l => Math.Exp(l)), 3);
            if (place < drawn.Length - 1)
            {
                await call.RequestStream.WriteAsync(new ContributeRequest { Tokens = { drawn[place] } }, _cancellation);
            }
        }

        await call.RequestStream.CompleteAsync();
        Assert.False(await call.ResponseStream.MoveNext(_cancellation));
        Assert.Equal(0, _law.Running);
    }

    [Fact]
    public async Task Contribute_Resumed_BeginsBehindWhatWasDrawn()
    {
        int[] drawn = [.. (await _served.ReadAsync(Plans.Of(_law))).SelectMany(c => c.Tokens).Select(t => t.Id)];
        using var call = _served.Client.Contribute(cancellationToken: _cancellation);
        var plan = PlanOf(_law);
        plan.ResumeTokens.AddRange(drawn[..2]);

        // More of it came while the first message was under way.
        await call.RequestStream.WriteAsync(new ContributeRequest { Plan = plan }, _cancellation);
        await call.RequestStream.WriteAsync(new ContributeRequest { Tokens = { drawn[2], drawn[3] } }, _cancellation);
        Contribution said;
        do
        {
            Assert.True(await call.ResponseStream.MoveNext(_cancellation));
            said = call.ResponseStream.Current;
        }
        while (said.Place < 4);

        Assert.Equal(drawn[4], said.Tokens[said.Logprobs.IndexOf(said.Logprobs.Max())]);
    }

    /// <summary>A prompt that is scored is told token by token, from its second one on.</summary>
    [Fact]
    public async Task Contribute_Echo_GivesWhatThePromptsTokensMayBe()
    {
        var asked = Plans.Of(_law);
        asked.Echo = true;
        var echo = (await _served.ReadAsync(asked)).SelectMany(c => c.Echo).ToList();
        using var call = _served.Client.Contribute(cancellationToken: _cancellation);
        var plan = PlanOf(_law);
        plan.Echo = true;
        await call.RequestStream.WriteAsync(new ContributeRequest { Plan = plan }, _cancellation);

        for (int place = 0; place < echo.Count - 1; place++)
        {
            Assert.True(await call.ResponseStream.MoveNext(_cancellation));
            var said = call.ResponseStream.Current;
            var token = echo[place + 1];
            Assert.Equal(place, said.Place);
            if (said.Tokens.IndexOf(token.Id) is >= 0 and var at)
            {
                Assert.Equal(token.Logprob, said.Logprobs[at], 4);
            }

            await call.RequestStream.WriteAsync(new ContributeRequest { Tokens = { token.Id } }, _cancellation);
        }

        Assert.True(await call.ResponseStream.MoveNext(_cancellation));
        Assert.Equal(echo.Count - 1, call.ResponseStream.Current.Place);
    }


    [Fact]
    public async Task Contribute_SeveralExperts_AreMergedByTheirWeights()
    {
        using var call = _served.Client.Contribute(cancellationToken: _cancellation);
        var plan = PlanOf(_law, _tax);
        plan.Experts[0].Weight = 0.9;
        plan.Experts[1].Weight = 0.3;

        await call.RequestStream.WriteAsync(new ContributeRequest { Plan = plan }, _cancellation);

        Assert.True(await call.ResponseStream.MoveNext(_cancellation));
        Assert.Equal([0.25, 0.75], call.ResponseStream.Current.Logprobs.Select(l => Math.Round(Math.Exp(l), 3)).Where(p => p > 0.01).Order());
    }

    [Fact]
    public async Task Contribute_CallerLeaves_LetsTheExpertGo()
    {
        using (var call = _served.Client.Contribute(cancellationToken: _cancellation))
        {
            await call.RequestStream.WriteAsync(new ContributeRequest { Plan = PlanOf(_law) }, _cancellation);
            Assert.True(await call.ResponseStream.MoveNext(_cancellation));
        }

        while (_law.Running > 0)
        {
            await Task.Yield();
            _cancellation.ThrowIfCancellationRequested();
        }
    }

    public static TheoryData<ContributeRequest, StatusCode, string> Refused { get; } = new()
    {
        { new ContributeRequest { Tokens = { 1 } }, StatusCode.InvalidArgument, "plan is missing" },
        { new ContributeRequest { Plan = new GenerateRequest(), Candidates = -1 }, StatusCode.InvalidArgument, "candidates is -1; it must be from 0 to 65536" },
        { new ContributeRequest { Plan = new GenerateRequest(), Candidates = 65_537 }, StatusCode.InvalidArgument, "candidates is 65537" },
        { new ContributeRequest { Plan = new GenerateRequest { StructuredOutput = new StructuredOutput { Regex = "a" } } }, StatusCode.InvalidArgument, "whoever draws the answer" },
        { new ContributeRequest { Plan = new GenerateRequest { Contributors = { new Contributor() } } }, StatusCode.InvalidArgument, "whoever draws the answer" },
        { new ContributeRequest { Plan = new GenerateRequest() }, StatusCode.InvalidArgument, "experts is empty" },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task Contribute_FirstMessageThatIsNone_IsRefusedByName(ContributeRequest first, StatusCode code, string message)
    {
        var status = await RefusalAsync(first);

        Assert.Equal(code, status.StatusCode);
        Assert.Contains(message, status.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Contribute_TokenThatIsNone_IsRefusedByName()
    {
        var status = await RefusalAsync(new ContributeRequest { Plan = PlanOf(_law) }, new ContributeRequest { Tokens = { 1_000_000 } });

        Assert.Equal((StatusCode.InvalidArgument, true), (status.StatusCode, status.Detail.StartsWith("tokens has 1000000;", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Contribute_HostDrains_IsRefused()
    {
        _host.Drain.Order(true);

        Assert.Equal(StatusCode.Unavailable, (await RefusalAsync(new ContributeRequest { Plan = PlanOf(_law) })).StatusCode);
    }

    public async ValueTask DisposeAsync()
    {
        await _served.DisposeAsync();
        await _host.DisposeAsync();
    }

    private static GenerateRequest PlanOf(params ExpertActivation[] experts) => Plans.Of(MergeMode.Ensemble, MergeScope.Request, experts);

    private async Task<Status> RefusalAsync(params ContributeRequest[] messages)
    {
        using var call = _served.Client.Contribute(cancellationToken: _cancellation);
        try
        {
            foreach (var message in messages)
            {
                await call.RequestStream.WriteAsync(message, _cancellation);
            }
        }
        catch (Exception error) when (error is RpcException or InvalidOperationException)
        {
            // It was refused before it was sent; why, the answer says.
        }

        return (await Assert.ThrowsAsync<RpcException>(async () =>
        {
            while (await call.ResponseStream.MoveNext(_cancellation))
            {
                // Until it fails.
            }
        })).Status;
    }
}
