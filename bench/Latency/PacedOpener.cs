using ExpertCluster.Bench.Micro;
using ExpertCluster.Catalogue.Prepared;
using ExpertCluster.Catalogue.Snapshots;
using ExpertCluster.ExpertHost.Runtime;
using ExpertCluster.ExpertHost.Telemetry;
using ExpertCluster.Inference.Batching;
using ExpertCluster.Models.Import;
using ExpertCluster.Text.Chat;
using ExpertCluster.Text.Tokenization;

namespace ExpertCluster.Bench.Latency;

/// <summary>Bases whose engine is the real one, on a runner that steps at a steady rate and takes no time for it.</summary>
internal sealed class PacedOpener(HostMetrics metrics, TimeProvider time) : IBaseOpener
{
    private const int Slots = 64;

    public Task<BaseRuntime> OpenAsync(PreparedBase prepared)
    {
        var model = ImportedModel.Open(prepared.Folder.Location, verifyContent: false);
        var pace = new Pace(LatencyOptions.ChunksPerSecond);
        var engine = new Engine(
            new FakeRunner(Slots, model.Shape.Vocabulary, pace.Wait), new EngineOptions(), () => new StampText(), time, new StepObserver(metrics, prepared.Name));
        return Task.FromResult(new BaseRuntime(prepared.Name, Revisions.Of(prepared.Folder), model, engine, Tokenizer.Load(model.TokenizerPath), FoundTemplate.None));
    }
}
