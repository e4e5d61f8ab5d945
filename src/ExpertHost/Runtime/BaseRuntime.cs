using System.Collections.Frozen;
using ExpertCluster.Inference.Batching;
using ExpertCluster.Models.Import;
using ExpertCluster.Text.Chat;
using ExpertCluster.Text.Tokenization;

namespace ExpertCluster.ExpertHost.Runtime;

/// <summary>A base, loaded: its engine, its tokenizer and its chat template.</summary>
internal sealed class BaseRuntime(string name, string revision, ImportedModel model, Engine engine, Tokenizer tokenizer, ChatTemplate? template) : IAsyncDisposable
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

    public ValueTask DisposeAsync() => Engine.DisposeAsync();
}
