using ExpertCluster.Catalogue.Prepared;
using ExpertCluster.ExpertHost.Options;
using ExpertCluster.Gating.Serving;
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
    public BaseRuntime Open(PreparedBase prepared, PreparedFolder? gates)
    {
        // All of it is read once and compared; the weights are in the page cache when the runtime maps them.
        var model = ImportedModel.Open(prepared.Folder.Check($"base {prepared.Name}"), verifyContent: false);
        var tokenizer = Tokenizer.Load(model.TokenizerPath);
        var template = ChatTemplate.LoadFrom(model.TokenizerConfigPath);
        var gate = prepared.HasTokenGate && gates is not null
            ? TokenGate.Load(gates.Check($"the token gate of base {prepared.Name}", $"token/{prepared.Name}/"), prepared.Name)
            : null;
        return new BaseRuntime(prepared.Name, model, OpenEngine(prepared.Name, model, tokenizer), tokenizer, template, gate);
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
