using ExpertCluster.Catalogue;
using ExpertCluster.Catalogue.Prepared;
using ExpertCluster.Catalogue.Snapshots;
using ExpertCluster.ExpertHost.Options;
using ExpertCluster.Inference.Batching;
using ExpertCluster.Inference.Sampling;
using ExpertCluster.Models.Checkpoints;
using ExpertCluster.Models.Import;
using ExpertCluster.Node.Telemetry;
using ExpertCluster.Text.Bounds;
using ExpertCluster.Text.Chat;
using ExpertCluster.Text.Tokenization;
using ExpertCluster.Text.Tokenization.Loading;
using Microsoft.ML.OnnxRuntime;

namespace ExpertCluster.ExpertHost.Runtime;

/// <summary>Opens what `prepare` wrote for a base.</summary>
internal sealed partial class BaseOpener(
    IPreparedContent content, RuntimeOptions options, IBaseObservers observers, TimeProvider time, IEnumerable<ILogitsFilter> filters, ILogger<BaseOpener> log) : IBaseOpener
{
    public async Task<BaseRuntime> OpenAsync(PreparedBase prepared)
    {
        // All of it is compared, files that nothing reads with it; the weights are in the page cache when the runtime maps them.
        var files = await content.OpenAsync(prepared.Folder, $"base {prepared.Name}", below: "", CancellationToken.None);
        try
        {
            // What is opened from here on is compared again as it is read: a volume may change meanwhile.
            var model = ImportedModel.Open(files.Path, verifyContent: false, prepared.Folder.Files.FirstOrDefault(f => f.Name == ImportedModel.DescriptionFile)?.Sha256);
            var tokenizer = Tokenizer.Load(model, ImportedModel.TokenizerFile);
            var template = FoundTemplate.In(model);
            if (template.Problem is { } problem)
            {
                LogNoChat(log, prepared.Name, problem);
            }

            return new BaseRuntime(prepared.Name, Revisions.Of(prepared.Folder), model, OpenEngine(prepared.Name, model, tokenizer), tokenizer, template, files)
            {
                Time = time,
            };
        }
        catch (Exception error)
        {
            files.Dispose();
            if (IsOfItsContent(error))
            {
                // Callers are told, too, whom this machine's folders are no business of.
                string reason = OneLine.Of(error).Replace(files.Path + Path.DirectorySeparatorChar, "", StringComparison.Ordinal);
                throw new CatalogueException($"base {prepared.Name} can't be loaded: {reason}", error);
            }

            throw;
        }
    }

    /// <summary>Another try reads the same files, and fails in the same way.</summary>
    private static bool IsOfItsContent(Exception error) => error
        is CheckpointException or TokenizerFormatException or TextLimitException or OnnxRuntimeException or InvalidDataException;

    private Engine OpenEngine(string name, ImportedModel model, Tokenizer tokenizer) => EngineFactory.Open(
        model,
        EngineSettings.OfRunner(options, model.Shape.MaxPositions),
        EngineSettings.OfEngine(options),
        tokenizer,
        time,
        observers.Of(name),
        filters);

    [LoggerMessage(2306, LogLevel.Warning, "Base {Base} takes no conversations, as its chat template can't be used: {Problem}")]
    private static partial void LogNoChat(ILogger log, string @base, string problem);
}
