using ExpertCluster.Catalogue.Prepared;
using ExpertCluster.ExpertHost.Options;
using ExpertCluster.ExpertHost.Telemetry;
using ExpertCluster.Gating.Serving;
using ExpertCluster.Inference.Batching;
using ExpertCluster.Inference.Sampling;
using ExpertCluster.Inference.Stepping;
using ExpertCluster.Models.Import;
using ExpertCluster.Text.Chat;
using ExpertCluster.Text.Tokenization;

namespace ExpertCluster.ExpertHost.Runtime;

/// <summary>Opens what `prepare` wrote for a base.</summary>
internal sealed class BaseOpener(
    PreparedCatalogue catalogue, RuntimeOptions options, HostMetrics metrics, TimeProvider time, IEnumerable<ILogitsFilter> filters) : IBaseOpener
{
    public BaseRuntime Open(PreparedBase prepared)
    {
        // All of it is read once and compared; the weights are in the page cache when the runtime maps them.
        var model = ImportedModel.Open(prepared.Folder.Check($"base {prepared.Name}"), verifyContent: false);
        var tokenizer = Tokenizer.Load(model.TokenizerPath);
        var template = ChatTemplate.LoadFrom(model.TokenizerConfigPath);
        var gate = prepared.HasTokenGate && catalogue.Gates is { } gates
            ? TokenGate.Load(gates.Check($"the token gate of base {prepared.Name}", $"token/{prepared.Name}/"), prepared.Name)
            : null;
        return new BaseRuntime(prepared.Name, model, OpenEngine(prepared.Name, model, tokenizer), tokenizer, template, gate);
    }

    private Engine OpenEngine(string name, ImportedModel model, Tokenizer tokenizer) => EngineFactory.Open(
        model,
        new StepRunnerOptions
        {
            Slots = options.Slots,
            ContextLength = options.ContextLength,
            KvCacheType = SettingNames.KvCacheTypes.Parse(options.KvCacheType),
            MaxRows = options.Slots + options.PrefillChunk,
            AdaptersPerRow = options.AdaptersPerRow,
            AdapterCapacity = options.AdapterCapacity,
            AdapterRank = options.AdapterRank,
            AdapterType = SettingNames.AdapterTypes.Parse(options.AdapterType),
            Threads = options.Threads,
            SpinMicroseconds = options.SpinMicroseconds,
            Provider = SettingNames.Providers.Parse(options.Provider),
            ProfileFolder = options.ProfileFolder.Length == 0 ? null : options.ProfileFolder,
        },
        new EngineOptions
        {
            QueueLimit = options.QueueLimit,
            PrefillChunk = options.PrefillChunk,

            // The portable graph runs a slot of several rows by itself.
            DraftRows = SettingNames.Providers.Parse(options.Provider) == ExecutionProvider.Cpu ? options.DraftRows : 0,
            OutputBuffer = options.OutputBuffer,
            SamplingThreads = options.Threads,
            AdapterHostBytes = (long)options.AdapterHostMegabytes << 20,
            PrefixCacheBytes = (long)options.PrefixCacheMegabytes << 20,
        },
        tokenizer,
        time,
        new StepObserver(metrics, name),
        filters);
}
