using ExpertCluster.Catalogue;
using ExpertCluster.Catalogue.Prepared;
using ExpertCluster.Catalogue.Store;
using ExpertCluster.Contracts.Failures;
using ExpertCluster.ExpertHost.Runtime;
using ExpertCluster.ExpertHost.Serving;
using ExpertCluster.ExpertHost.Tests.Support;
using ExpertCluster.Inference.Errors;
using ExpertCluster.Inference.Generation;
using ExpertCluster.V1;
using Grpc.Core;

namespace ExpertCluster.ExpertHost.Tests.Serving;

public sealed class PlanOpenerTests(SmallModels models) : IAsyncLifetime
{
    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;
    private readonly HostParts _host = new(models, models.CatalogueOf(
        SmallModels.Alone(SmallModels.Base), SmallModels.Expert("law", models.Law), SmallModels.Expert("tax", models.Tax), SmallModels.Alone("other")));

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Open_ReadyExperts_HoldsThemInThePlansOrder()
    {
        var law = await _host.LoadAsync("law");
        var tax = await _host.LoadAsync("tax");

        using (var lease = await OpenAsync(Plans.Of(tax, law)))
        {
            Assert.Equal([(tax, 0.5), (law, 0.5)], lease.Experts);
            Assert.Same(law.Runtime, lease.Runtime);
            Assert.Equal((1, 1), (law.Running, tax.Running));
            Assert.False(lease.WasCold);
        }

        Assert.Equal((0, 0), (law.Running, tax.Running));
    }

    [Fact]
    public async Task Open_ColdExperts_AreReadWhileTheRequestWaits()
    {
        using var lease = await OpenAsync(Ask("law", "tax"));

        Assert.Equal(["law", "tax"], lease.Experts.Select(e => e.Activation.Expert));
        Assert.True(lease.WasCold);
        Assert.Equal(2, _host.Activations.All.Count());
    }

    [Fact]
    public async Task Dispose_Twice_LeavesOnce()
    {
        var law = await _host.LoadAsync("law");
        using var other = await OpenAsync(Plans.Of(law));
        var lease = await OpenAsync(Plans.Of(law));

        lease.Dispose();
        lease.Dispose();

        Assert.Equal(1, law.Running);
    }

    /// <summary>Between a lease and the first step lie the tokenizer and the queue.</summary>
    [Fact]
    public async Task Open_ExpertThatTheCatalogueThenLetsGo_KeepsItsAdapterToTheLeasesEnd()
    {
        var lease = await OpenAsync(Ask("law"));
        var adapters = lease.Runtime.Engine.Adapters;

        _host.Catalogue.Swap(models.Version(2, SmallModels.Alone(SmallModels.Base)));

        Assert.Empty(_host.Activations.All);
        Assert.Equal(1, adapters.Counts.Registered);
        lease.Dispose();
        Assert.Equal(0, adapters.Counts.Registered);
    }

    /// <summary>By promotion, it is what serves; by removal, it is of a catalogue of late.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Open_CanaryOfAnEarlierCatalogue_IsServedBegunOrNot(bool isPromoted)
    {
        _host.Catalogue.Swap(models.Version(
            2, SmallModels.Alone(SmallModels.Base), SmallModels.Expert("law", models.Law) with { Canary = new PreparedVersion { Adapter = models.Tax } }));
        string canary = _host.Catalogue.Current.FindExpert("law")!.Canary!.Revision;
        var request = Ask("law");
        request.Experts[0].Revision = canary;
        _host.Catalogue.Swap(models.Version(3, SmallModels.Alone(SmallModels.Base), SmallModels.Expert("law", isPromoted ? models.Tax : models.Law)));

        using (var begins = await OpenAsync(request))
        {
            Assert.Equal(canary, begins.Experts[0].Activation.Revision);
        }

        request.ResumeTokens.Add(1);
        using var resumes = await OpenAsync(request);
        Assert.Equal(canary, resumes.Experts[0].Activation.Revision);
    }

    [Fact]
    public async Task Open_NoExpert_IsInvalid() =>
        Assert.Equal((StatusCode.InvalidArgument, "experts is empty; a plan names at least one", ""), await RefusalAsync(Ask()));

    [Fact]
    public async Task Open_OneOfTwoOfAnUnknownRevision_HoldsNeitherAndIsNamed()
    {
        var law = await _host.LoadAsync("law");
        var tax = await _host.LoadAsync("tax");
        var request = Plans.Of(law, tax);
        request.Experts[1].Revision = "0123456789abcdef0123456789abcdef";

        Assert.Equal(
            (StatusCode.FailedPrecondition, "this host's catalogue has no such revision of expert tax", FailureReasons.RevisionUnknown), await RefusalAsync(request));
        Assert.Equal((0, 0), (law.Running, tax.Running));
    }

    [Fact]
    public async Task Open_RevisionOfACatalogueThatIsOnItsWay_IsServedWhenItComes()
    {
        var next = models.Version(2, SmallModels.Alone(SmallModels.Base), SmallModels.Expert("poems", models.Tax));
        var request = Ask("poems");
        request.Experts[0].Revision = next.FindExpert("poems")!.Revision;
        var opening = OpenAsync(request);
        Assert.False(opening.IsCompleted);

        _host.Catalogue.Swap(next);

        using var lease = await opening;
        Assert.Equal("poems", lease.Experts[0].Activation.Expert);
    }

    [Fact]
    public async Task Open_ExpertThatTheCatalogueLetGo_IsForAnswersThatHadBegun()
    {
        var law = await _host.LoadAsync("law");
        var request = Plans.Of(law);
        _host.Catalogue.Swap(models.Version(2, SmallModels.Alone(SmallModels.Base), SmallModels.Expert("tax", models.Tax)));

        Assert.Equal(FailureReasons.RevisionUnknown, (await RefusalAsync(request)).Reason);
        request.ResumeTokens.Add(7);
        using var lease = await OpenAsync(request);
        Assert.Equal(law.Revision, lease.Experts[0].Activation.Revision);
    }

    [Fact]
    public async Task Open_OlderRevisionOfAnExpertThatChanged_IsThatContent()
    {
        var old = await _host.LoadAsync("law");
        _host.Catalogue.Swap(models.Version(2, SmallModels.Alone(SmallModels.Base), SmallModels.Expert("law", models.Tax)));

        using var lease = await OpenAsync(Plans.Of(old));
        using var current = await OpenAsync(Ask("law"));

        Assert.Same(old, lease.Experts[0].Activation);
        Assert.NotEqual(old.Revision, current.Experts[0].Activation.Revision);
    }

    [Fact]
    public async Task Open_ExpertThatCannotBeUsed_SaysWhichAndWhy()
    {
        var broken = SmallModels.Expert("broken", models.Damaged("opened"));
        _host.Catalogue.Swap(models.Version(2, SmallModels.Alone(SmallModels.Base), SmallModels.Expert("law", models.Law), broken));

        var error = await Assert.ThrowsAsync<RequestRefusedException>(() => OpenAsync(Ask("law", "broken")));

        Assert.Equal((StatusCode.FailedPrecondition, FailureReasons.ExpertUnusable, "broken"), (error.Code, error.Reason, error.Subject));
        Assert.StartsWith("expert broken can't be loaded: ", error.Message, StringComparison.Ordinal);
        Assert.Equal(0, _host.Activations.All.Single(a => a.Expert == "law").Running);
    }

    [Fact]
    public async Task Open_AnotherBasesExpert_IsInvalidAndHoldsNothing()
    {
        var law = await _host.LoadAsync("law");
        var other = await _host.LoadAsync("other");

        Assert.Equal((StatusCode.InvalidArgument, "expert other runs on base other, not on small", ""), await RefusalAsync(Plans.Of(law, other)));
        Assert.Equal((0, 0), (law.Running, other.Running));
    }

    [Fact]
    public async Task Open_TokenScope_HoldsTheGateOfThePlan()
    {
        var request = Ask("law", "tax");
        (request.Mode, request.Scope, request.GateRevision) = (MergeMode.Mix, MergeScope.Token, _host.Catalogue.Current.GateRevision);

        using var lease = await OpenAsync(request);

        Assert.NotNull(lease.Gate);
        Assert.Null((await OpenAsync(Ask("law"))).Gate);
    }

    [Fact]
    public async Task Open_GateOfAnUnknownRevision_IsRefusedAndHoldsNothing()
    {
        var law = await _host.LoadAsync("law");
        var request = Plans.Of(MergeMode.Mix, MergeScope.Token, law);
        request.GateRevision = "0123456789abcdef0123456789abcdef";

        Assert.Equal(
            (StatusCode.FailedPrecondition, "this host's catalogue has no gates of this revision", FailureReasons.RevisionUnknown), await RefusalAsync(request));
        Assert.Equal(0, law.Running);
    }

    /// <summary>With one place in the runtime, which "law" has: "tax" is to be read again by whoever asks for it.</summary>
    [Fact]
    public async Task Open_AdapterToBeReadAgain_HasItsFilesHereToTheLeasesEnd()
    {
        var content = new FakeContent();
        await using var host = new HostParts(models, opener: new FakeOpener(models) { OnlyAdapters = 1 }, content: content);
        await host.LoadAsync("law");
        await host.LoadAsync("tax");
        Assert.Equal(0, content.Held);

        var warm = await host.Plans.OpenAsync(Ask("law"), _cancellation);
        Assert.Equal(0, content.Held);
        var cold = await host.Plans.OpenAsync(Ask("tax"), _cancellation);
        Assert.Equal(1, content.Held);

        warm.Dispose();
        cold.Dispose();
        Assert.Equal(0, content.Held);
    }

    [Fact]
    public async Task Open_AdapterToBeReadAgainIsAway_IsBusyAndHoldsNothing()
    {
        var content = new FakeContent();
        await using var host = new HostParts(models, opener: new FakeOpener(models) { OnlyAdapters = 1 }, content: content);
        await host.LoadAsync("law");
        var tax = await host.LoadAsync("tax");
        content.Failure = new ContentException("the adapter of tax: adapter_config.json: the server is away") { RetryHelps = true };

        await Assert.ThrowsAsync<ExpertBusyException>(() => host.Plans.OpenAsync(Ask("tax"), _cancellation));

        Assert.Equal((0, 0), (tax.Running, host.Unusable.Count));
        content.Failure = null;
        (await host.Plans.OpenAsync(Ask("tax"), _cancellation)).Dispose();
        Assert.Same(tax, host.Activations.Find("tax", tax.Revision));
    }

    [Fact]
    public async Task Open_AdapterToBeReadAgainIsAnother_IsUnusableAndNoLongerReady()
    {
        var content = new FakeContent();
        await using var host = new HostParts(models, opener: new FakeOpener(models) { OnlyAdapters = 1 }, content: content);
        await host.LoadAsync("law");
        var tax = await host.LoadAsync("tax");
        content.Failure = new CatalogueException("the adapter of tax: adapter_config.json: what came has the digest 12");

        var error = await Assert.ThrowsAsync<RequestRefusedException>(() => host.Plans.OpenAsync(Ask("tax"), _cancellation));

        Assert.Equal((FailureReasons.ExpertUnusable, "tax"), (error.Reason, error.Subject));
        Assert.Equal((0, null), (tax.Running, host.Activations.Find("tax", tax.Revision)));
    }

    /// <summary>It was in memory when the plan came, and another one took its place before it ran.</summary>
    [Fact]
    public async Task Fail_AdapterWhoseFilesWentAwayMeanwhile_IsBusyAndStaysReady()
    {
        var content = new FakeContent();
        await using var host = new HostParts(models, opener: new FakeOpener(models) { OnlyAdapters = 1 }, content: content);
        var law = await host.LoadAsync("law");
        var tax = await host.LoadAsync("tax");
        using var lease = await host.Plans.OpenAsync(Ask("law"), _cancellation);
        using (await host.Plans.OpenAsync(Ask("tax"), _cancellation))
        {
            await GenerateAsync(tax);
        }

        content.Failure = new ContentException("the server is away") { RetryHelps = true };
        var error = await Assert.ThrowsAsync<AdapterLoadException>(() => GenerateAsync(law));

        Assert.Equal("expert law can't be loaded: the server is away", Assert.IsType<ExpertBusyException>(host.Plans.Fail(lease, error)).Message);
        Assert.Same(law, host.Activations.Find("law", law.Revision));
        content.Failure = null;
        await GenerateAsync(law);
        Assert.Equal(0, content.Held);
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    private static GenerateRequest Ask(params string[] experts)
    {
        var request = Plans.Of();
        request.Experts.AddRange(experts.Select(e => new ExpertRef { Name = e, Weight = 1 }));
        return request;
    }

    private async Task GenerateAsync(ExpertActivation activation)
    {
        var request = new GenerationRequest
        {
            Prompt = [1],
            MaxTokens = 2,
            Sampling = new SamplingOptions(),
            Branches = [new Branch { Mix = [new WeightedAdapter(activation.Adapter, 1)] }],
        };
        await using var tokens = activation.Runtime.Engine.Generate(request, _cancellation);
        await foreach (var _ in tokens.WithCancellation(_cancellation))
        {
        }
    }

    private Task<PlanLease> OpenAsync(GenerateRequest request) => _host.Plans.OpenAsync(request, _cancellation);

    /// <summary>However long it waits for another catalogue.</summary>
    private async Task<(StatusCode Code, string Message, string Reason)> RefusalAsync(GenerateRequest request)
    {
        var opening = OpenAsync(request);
        while (!opening.IsCompleted)
        {
            _cancellation.ThrowIfCancellationRequested();
            _host.Time.Advance(TimeSpan.FromMilliseconds(500));
            await Task.Yield();
        }

        var error = await Assert.ThrowsAsync<RequestRefusedException>(() => opening);
        return (error.Code, error.Message, error.Reason);
    }
}
