using System.Reflection;
using System.Threading.Channels;
using ExpertCluster.Fabric.Grains;
using Orleans;

namespace ExpertCluster.ExpertHost.Tests.Support;

/// <summary>A grain factory with the catalog grain alone, which keeps what it is told. A proxy: of the interface's many members one is used.</summary>
public class RecordingCatalog : DispatchProxy
{
    private readonly Channel<HostReport> _reports = Channel.CreateBounded<HostReport>(100);
    private Func<HostReport, ClusterView> _answer = _ => ClusterView.Empty;

    public static (IGrainFactory Grains, RecordingCatalog Catalog) Create()
    {
        var factory = Create<IGrainFactory, RecordingCatalog>();
        return (factory, (RecordingCatalog)(object)factory);
    }

    /// <summary>What hosts are told to keep warm; null: nothing is decided.</summary>
    public Func<string, HostOrders?>? Orders { get; set; }

    /// <summary>What the grain answers, or throws.</summary>
    public void Answer(Func<HostReport, ClusterView> answer) => _answer = answer;

    public ValueTask<HostReport> NextAsync() => _reports.Reader.ReadAsync(TestContext.Current.CancellationToken);

    public bool HasMore => _reports.Reader.Count > 0;

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        switch (targetMethod?.Name)
        {
            case nameof(IGrainFactory.GetGrain):
                Assert.Equal(ICatalogGrain.Key, args![0]);
                var grain = Create<ICatalogGrain, RecordingCatalog>();
                ((RecordingCatalog)(object)grain)._report = Report;
                ((RecordingCatalog)(object)grain)._script = this;
                return grain;
            case nameof(ICatalogGrain.ReportHostAsync):
                return _report!((HostReport)args![0]!);
            case nameof(ICatalogGrain.GetOrdersAsync):
                return Task.FromResult(_script!.Orders?.Invoke((string)args![0]!));
            default:
                throw new NotSupportedException($"{targetMethod?.Name} is not faked");
        }
    }

    private Func<HostReport, Task<ClusterView>>? _report;
    private RecordingCatalog? _script;

    private Task<ClusterView> Report(HostReport report)
    {
        _reports.Writer.TryWrite(report);
        try
        {
            return Task.FromResult(_answer(report));
        }
        catch (Exception error)
        {
            return Task.FromException<ClusterView>(error);
        }
    }
}
