using ExpertCluster.Inference.Stepping;
using ExpertCluster.Inference.Stepping.Runners;
using ExpertCluster.Models.Import;

namespace ExpertCluster.Bench.Precision;

/// <summary>One variant of a model, open, and what was measured of it.</summary>
internal sealed class PrecisionSubject(ImportedModel model, Variant variant, StepRunnerOptions options) : IDisposable
{
    private readonly List<(StepBatch Batch, List<double> Milliseconds)> _loads = [];

    public FlatStepRunner Runner { get; } = new(model, options);

    public Perplexity? Perplexity { get; set; }

    public void Prepare(IReadOnlyList<DecodeLoad> loads)
    {
        DecodeLoad.FillSlots(Runner, loads.Max(l => l.Context));
        _loads.AddRange(loads.Select(l => (l.Batch(Runner), new List<double>())));
    }

    public void Time(int load, int steps, bool keep)
    {
        var (batch, milliseconds) = _loads[load];
        double time = DecodeLoad.Time(Runner, batch, steps);
        if (keep)
        {
            milliseconds.Add(time);
        }
    }

    public PrecisionRow Row(IReadOnlyList<DecodeLoad> loads) => new(
        variant.WeightsName,
        variant.CacheName,
        new FileInfo(Path.Combine(model.Directory, "weights.bin")).Length,
        Runner.BlockBytes / Runner.BlockPositions,
        Perplexity,
        [.. loads.Select((load, i) => new PrecisionStep(load.Streams, load.Context, Spread.Of(_loads[i].Milliseconds)))]);

    public void Dispose() => Runner.Dispose();
}
