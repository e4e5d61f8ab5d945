using System.Globalization;
using System.Text;
using ExpertCluster.Node.Options;
using ExpertCluster.Node.Security;
using ExpertCluster.Node.Telemetry;
using ExpertCluster.Node.Tests.Support;
using ExpertCluster.TestSupport;
using Microsoft.Extensions.Logging;
using Prometheus;

namespace ExpertCluster.Node.Tests.Security;

public sealed class CertificateReloadTests : IDisposable
{
    private readonly TestAuthority _authority = new();
    private readonly TlsFolder _folder;
    private readonly ManualTime _time = new();
    private readonly List<string> _logged = [];

    public CertificateReloadTests() => _folder = new TlsFolder(_authority);

    public void Dispose()
    {
        _folder.Dispose();
        _authority.Dispose();
    }

    [Fact]
    public async Task Look_FilesReplaced_TakesThemAndShowsTheirExpiry()
    {
        var source = _folder.Source();
        using var reload = await StartAsync(source);
        _folder.Replace(_authority, _authority.Issue("node", until: TimeSpan.FromDays(20)));

        _time.Advance(TimeSpan.FromSeconds(4));
        var before = source.Current;
        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.NotSame(before, source.Current);
        Assert.Equal(source.Current.Expiry!.Value.ToUnixTimeSeconds(), await MetricAsync(MetricNames.TlsCertificateExpiry));
        Assert.Single(_logged);
    }

    [Fact]
    public async Task Start_WithoutACertificateOfItsOwn_ShowsNoExpiry()
    {
        using var node = await StartAsync(_folder.Source());
        Assert.NotEqual(0, await MetricAsync(MetricNames.TlsCertificateExpiry));

        var options = _folder.Options with { CertificateFile = "", KeyFile = "" };
        using var caller = await StartAsync(new CertificateSource(options, NodeRole.Router, _time));

        Assert.DoesNotContain($"\n{MetricNames.TlsCertificateExpiry} ", await TextAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Look_FilesBrokenForLong_CountsEachLogsOnceAndRecovers()
    {
        var source = _folder.Source();
        using var reload = await StartAsync(source);
        string failed = $"{MetricNames.TlsReloads}{{result=\"failed\"}}";
        double before = await MetricAsync(failed);
        string whole = _folder.Read("tls.key");
        _folder.Overwrite("tls.key", whole[..50]);

        for (int i = 0; i < 3; i++)
        {
            _time.Advance(TimeSpan.FromSeconds(5));
        }

        Assert.Equal(before + 3, await MetricAsync(failed));
        Assert.Contains("KeyFile", Assert.Single(_logged), StringComparison.Ordinal);
        Assert.DoesNotContain(whole[30..50], _logged[0], StringComparison.Ordinal);

        _folder.Overwrite("tls.key", whole);
        _time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(before + 3, await MetricAsync(failed));
    }

    private async Task<CertificateReload> StartAsync(CertificateSource source)
    {
        var reload = new CertificateReload(source, _time, new ListLogger(_logged));
        await reload.StartAsync(TestContext.Current.CancellationToken);
        return reload;
    }

    private static async Task<double> MetricAsync(string series)
    {
        string? line = (await TextAsync()).Split('\n').SingleOrDefault(l => l.StartsWith(series + " ", StringComparison.Ordinal));
        return line is null ? 0 : double.Parse(line[(series.Length + 1)..], CultureInfo.InvariantCulture);
    }

    private static async Task<string> TextAsync()
    {
        using var text = new MemoryStream();
        await Metrics.DefaultRegistry.CollectAndExportAsTextAsync(text, TestContext.Current.CancellationToken);
        return Encoding.UTF8.GetString(text.ToArray());
    }

    private sealed class ListLogger(List<string> lines) : ILogger<CertificateReload>
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            lines.Add(formatter(state, exception));
    }
}
