using ExpertCluster.Catalogue;
using ExpertCluster.Catalogue.Prepared;
using ExpertCluster.Catalogue.Snapshots;
using ExpertCluster.Contracts.Failures;
using ExpertCluster.Router.Encoders;
using ExpertCluster.Router.Tests.Support;
using Microsoft.Extensions.Time.Testing;

namespace ExpertCluster.Router.Tests.Encoders;

public sealed class EncoderWarmthTests : IDisposable
{
    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;
    private readonly FakeTimeProvider _time = new();
    private readonly List<string> _log = [];
    private readonly Keepers _hosts = new();
    private readonly CatalogueHolder _catalogue = new(SnapshotOf(1, ("a", 2), ("b", 0), ("c", 1)));
    private readonly EncoderWarmth _warmth;

    public EncoderWarmthTests() => _warmth = new EncoderWarmth(_catalogue, _hosts, _time, new LogLines<EncoderWarmth>(_log));

    public void Dispose() => _warmth.Dispose();

    [Fact]
    public async Task Look_EncodersThatWantHosts_AreOpenedThereOnceAndNowAndThen()
    {
        await _warmth.LookAsync(_cancellation);
        await _warmth.LookAsync(_cancellation);
        Assert.Equal(["a host-0", "a host-1", "c host-0"], _hosts.Opened);

        _time.Advance(TimeSpan.FromSeconds(31));
        await _warmth.LookAsync(_cancellation);
        Assert.Equal(["a host-0", "a host-1", "c host-0", "a host-0", "a host-1", "c host-0"], _hosts.Opened);
    }

    [Fact]
    public async Task Look_HostGoesAndAnotherTakesItsPlace_OpensItThere()
    {
        await _warmth.LookAsync(_cancellation);
        _hosts.Opened.Clear();
        _hosts.Names = ["host-1", "host-2"];

        await _warmth.LookAsync(_cancellation);
        Assert.Equal(["a host-2", "c host-1"], _hosts.Opened);

        // It comes back with nothing open.
        _hosts.Names = ["host-0", "host-1"];
        await _warmth.LookAsync(_cancellation);
        Assert.Equal(["a host-2", "c host-1", "a host-0", "c host-0"], _hosts.Opened);
    }

    [Fact]
    public async Task Look_CatalogueChanges_IsFollowed()
    {
        await _warmth.LookAsync(_cancellation);
        _hosts.Opened.Clear();
        _catalogue.Swap(SnapshotOf(2, ("b", 1)));

        await _warmth.LookAsync(_cancellation);

        Assert.Equal(["b host-0"], _hosts.Opened);
    }

    [Fact]
    public async Task Look_OneCannotBeOpened_IsToldOnceTriedAgainAndCostsNoOther()
    {
        _hosts.Failing = "a";
        await _warmth.LookAsync(_cancellation);
        await _warmth.LookAsync(_cancellation);

        Assert.Equal(["c host-0"], _hosts.Opened);
        Assert.Equal("Encoder a can't be kept open on host host-0: it is no model; it is tried again", Assert.Single(_log));

        _hosts.Failing = null;
        await _warmth.LookAsync(_cancellation);
        Assert.Equal(["c host-0", "a host-0", "a host-1"], _hosts.Opened);
    }

    private static CatalogueSnapshot SnapshotOf(long version, params (string Name, int Replicas)[] encoders)
    {
        var plain = Catalogues.SnapshotOf(1, ("law", "demo"));
        return new CatalogueSnapshot(version, new PreparedCatalogue
        {
            Bases = plain.Bases,
            Experts = plain.Experts,
            Encoders = [.. encoders.Select(e => new PreparedEncoder(e.Name, Catalogues.Folder("encoders", e.Name), EncoderTask.Embed, 64) { Replicas = e.Replicas })],
        });
    }

    private sealed class Keepers : IEncoderBackend
    {
        public string[] Names { get; set; } = ["host-0", "host-1"];

        public List<string> Opened { get; } = [];

        public string? Failing { get; set; }

        public IReadOnlyList<string> KeepersOf(PreparedEncoder encoder, int count) => [.. Names.Take(count)];

        public Task OpenAsync(PreparedEncoder encoder, string host, CancellationToken cancellation)
        {
            if (encoder.Name == Failing)
            {
                throw new RequestFailedException(FailureKind.Unavailable, "it is no model");
            }

            Opened.Add($"{encoder.Name} {host}");
            return Task.CompletedTask;
        }

        public Task<TextValues[]> EncodeAsync(
            PreparedEncoder encoder, IReadOnlyList<EncoderText> texts, int first, int? truncate, DateTime deadline, CancellationToken cancellation) => throw new NotSupportedException();
    }
}
