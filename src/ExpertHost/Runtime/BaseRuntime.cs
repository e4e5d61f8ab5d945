using System.Collections.Frozen;
using ExpertCluster.Inference.Batching;
using ExpertCluster.Models.Import;
using ExpertCluster.Text.Chat;
using ExpertCluster.Text.Tokenization;

namespace ExpertCluster.ExpertHost.Runtime;

/// <summary>A base, loaded: its engine, its tokenizer and its chat template.</summary>
/// <param name="name">Of the base.</param>
/// <param name="revision">Of its content.</param>
/// <param name="model">What was opened.</param>
/// <param name="engine">This one's own.</param>
/// <param name="tokenizer">Of the base.</param>
/// <param name="template">Null: it takes prompts only.</param>
/// <param name="files">Keeps the files that the engine has mapped; given back after it. Null where nothing is needed for that.</param>
internal sealed class BaseRuntime(
    string name, string revision, ImportedModel model, Engine engine, Tokenizer tokenizer, ChatTemplate? template, IDisposable? files = null) : IAsyncDisposable
{
    public string Name { get; } = name;

    /// <summary>Of its content.</summary>
    public string Revision { get; } = revision;

    public ImportedModel Model { get; } = model;

    public Engine Engine { get; } = engine;

    public IReadOnlySet<int> EndTokens { get; } = model.EndTokens.ToFrozenSet();

    public Tokenizer Tokenizer { get; } = tokenizer;

    /// <summary>Null: the base has none, so it takes prompts only.</summary>
    public ChatTemplate? Template { get; } = template;

    public async ValueTask DisposeAsync()
    {
        await Engine.DisposeAsync();
        files?.Dispose();
    }
}
