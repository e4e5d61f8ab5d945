using ExpertCluster.Catalogue.Prepared;
using ExpertCluster.Catalogue.Snapshots;
using ExpertCluster.ExpertHost.Options;
using ExpertCluster.Inference.Batching;
using ExpertCluster.Inference.Sampling;
using ExpertCluster.Models.Import;
using ExpertCluster.Text.Chat;
using ExpertCluster.Text.Tokenization;

namespace ExpertCluster.ExpertHost.Runtime;

/// <summary>Opens what `prepare` wrote for a base.</summary>
internal sealed class BaseOpener(
    RuntimeOptions options, IBaseObservers observers, TimeProvider time, IEnumerable<ILogitsFilter> filters) : IBaseOpener
{
    public BaseRuntime Open(PreparedBase prepared)
    {
        // All of it is read once and compared; the weights are in the page cache when the runtime maps them.
        var model = ImportedModel.Open(prepared.Folder.Check($"base {prepared.Name}"), verifyContent: false);
        var tokenizer = Tokenizer.Load(model.TokenizerPath);
        var template = ChatTemplate.LoadFrom(model.TokenizerConfigPath);
        return new BaseRuntime(prepared.Name, Revisions.Of(prepared.Folder), model, OpenEngine(prepared.Name, model, tokenizer), tokenizer, template);
    }

    private Engine OpenEngine(string name, ImportedModel model, Tokenizer tokenizer) => EngineFactory.Open(
        model,
        EngineSettings.OfRunner(options, model.Shape.MaxPositions),
        EngineSettings.OfEngine(options),
        tokenizer,
        time,
        observers.Of(name),
        filters);
}
