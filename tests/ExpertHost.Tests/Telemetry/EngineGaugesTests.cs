using ExpertCluster.ExpertHost.Devices;
using ExpertCluster.ExpertHost.Runtime;
using ExpertCluster.ExpertHost.Telemetry;
using ExpertCluster.ExpertHost.Tests.Support;
using ExpertCluster.Inference.Batching;

namespace ExpertCluster.ExpertHost.Tests.Telemetry;

public sealed class EngineGaugesTests(SmallModels models) : IAsyncLifetime
{
    private const string Base = "gauged";

    private readonly HostMetrics _metrics = new();
    private readonly PlayedDevices _devices = new();
    private readonly HostParts _host = new(models, models.CatalogueOf(
        SmallModels.Alone(Base), SmallModels.Expert("gauged-law", models.Law, Base), SmallModels.Expert("gauged-tax", models.Tax, Base)));

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Collect_LoadedAndUnloadedExperts_AreOneAndZero()
    {
        await _host.LoadAsync("gauged-law");
        await _host.LoadAsync("gauged-tax");
        var gauges = Gauges();

        gauges.Collect();
        Assert.Equal((1, 1), (Loaded("gauged-law"), Loaded("gauged-tax")));
        Assert.Equal(2, _metrics.AdaptersRegistered.WithLabels(Base).Value);
        _host.Catalogue.Swap(models.Version(2, SmallModels.Alone(Base), SmallModels.Expert("gauged-tax", models.Tax, Base)));
        gauges.Collect();

        Assert.Equal((0, 1), (Loaded("gauged-law"), Loaded("gauged-tax")));
        Assert.Equal(1, _metrics.AdaptersRegistered.WithLabels(Base).Value);
    }

    [Fact]
    public async Task Collect_AdaptersInUse_AreOneSeriesWhoseLabelsAreTheState()
    {
        var law = await _host.LoadAsync("gauged-law");
        var info = new LoraRequestsInfo(_metrics, _host.Bases, _host.Time);

        info.Collect();

        var labels = _metrics.LoraRequests.GetAllLabelValues().Where(l => l[0] == "8").ToList();
        Assert.Equal(["8", "", ""], Assert.Single(labels));
        Assert.Equal(
            _host.Time.GetUtcNow().ToUnixTimeMilliseconds() / 1000.0, _metrics.LoraRequests.WithLabels("8", "", "").Value);
        _host.Opener.Runners[Base].Hold();
        await using var stream = law.Runtime.Engine.Generate(
            new Inference.Generation.GenerationRequest
            {
                Prompt = [20],
                MaxTokens = 2,
                Sampling = new Inference.Generation.SamplingOptions(),
                Branches = [new Inference.Generation.Branch { Mix = [new Inference.Generation.WeightedAdapter(law.Adapter, 1)] }],
            },
            TestContext.Current.CancellationToken);
        await _host.Opener.Runners[Base].EnteredAsync();

        info.Collect();

        Assert.Equal(["8", "gauged-law", ""], Assert.Single(_metrics.LoraRequests.GetAllLabelValues(), l => l[0] == "8"));
    }

    [Fact]
    public void Step_Completed_IsItsRowsAndItsTime()
    {
        IBaseObservers observers = new StepObservers(_metrics);
        var rows = _metrics.StepRows.WithLabels("stepped");

        observers.Of("stepped").StepCompleted(new StepReport { DecodeRows = 3, PromptRows = 4 });

        Assert.Equal((1, 7), (rows.Count, rows.Sum));
        Assert.Equal(1, _metrics.StepSeconds.WithLabels("stepped").Count);
    }

    [Fact]
    public void Collect_DevicesOfAGpuNode_AreShownByTheirOrder()
    {
        _devices.Now = [new Device("Card", 3, 8, 0.5), new Device("Part", 1, 2, null)];

        Gauges().Collect();

        Assert.Equal((3, 5), (_metrics.DeviceMemory.WithLabels("0", "free").Value, _metrics.DeviceMemory.WithLabels("0", "used").Value));
        Assert.Equal((0.5, double.NaN), (_metrics.DeviceUse.WithLabels("0").Value, _metrics.DeviceUse.WithLabels("1").Value));
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    private EngineGauges Gauges() =>
        new(_metrics, _host.Bases, _host.Activations, _host.Warm, new LoraRequestsInfo(_metrics, _host.Bases, _host.Time), _devices);

    private double Loaded(string expert) => _metrics.ExpertLoaded.WithLabels(expert).Value;
}
