using System.Collections.Frozen;
using ExpertCluster.Gating.Serving;
using ExpertCluster.Inference.Batching;
using ExpertCluster.Models.Import;
using ExpertCluster.Text.Chat;
using ExpertCluster.Text.Tokenization;

namespace ExpertCluster.ExpertHost.Runtime;

/// <summary>A base, loaded: its engine, its tokenizer, its chat template and its token gate.</summary>
internal sealed class BaseRuntime(
    string name, ImportedModel model, Engine engine, Tokenizer tokenizer, ChatTemplate? template, TokenGate? gate) : IAsyncDisposable
{
    public string Name { get; } = name;

    public ImportedModel Model { get; } = model;

    public Engine Engine { get; } = engine;

    public IReadOnlySet<int> EndTokens { get; } = model.EndTokens.ToFrozenSet();

    public Tokenizer Tokenizer { get; } = tokenizer;

    /// <summary>Null: the base has none, so it takes prompts only.</summary>
    public ChatTemplate? Template { get; } = template;

    /// <summary>Null: none of the base's experts is gated.</summary>
    public TokenGate? Gate { get; } = gate;

    public async ValueTask DisposeAsync()
    {
        await Engine.DisposeAsync();
        Gate?.Dispose();
    }
}
