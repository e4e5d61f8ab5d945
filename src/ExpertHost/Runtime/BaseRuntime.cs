using System.Collections.Frozen;
using ExpertCluster.Grammars.Vocabularies;
using ExpertCluster.Inference.Batching;
using ExpertCluster.Models.Import;
using ExpertCluster.Node.Lifetimes;
using ExpertCluster.Text.Chat;
using ExpertCluster.Text.Tokenization;

namespace ExpertCluster.ExpertHost.Runtime;

/// <summary>A base, loaded: its engine, its tokenizer and its chat template. Who uses it has entered it, and it is closed with the last.</summary>
internal sealed class BaseRuntime : IAsyncDisposable
{
    private readonly RetiringResource<BaseRuntime> _life;
    private readonly Lazy<Task> _closing;
    private readonly Lazy<TokenVocabulary> _vocabulary;

    /// <param name="name">Of the base.</param>
    /// <param name="revision">Of its content.</param>
    /// <param name="model">What was opened.</param>
    /// <param name="engine">This one's own.</param>
    /// <param name="tokenizer">Of the base.</param>
    /// <param name="template">Where there is none, it takes prompts only.</param>
    /// <param name="files">Keeps the files that the engine has mapped; given back after it. Null where nothing is needed for that.</param>
    public BaseRuntime(
        string name, string revision, ImportedModel model, Engine engine, Tokenizer tokenizer, FoundTemplate template, IDisposable? files = null)
    {
        (Name, Revision, Model, Engine, Tokenizer) = (name, revision, model, engine, tokenizer);
        Found = template;
        EndTokens = model.EndTokens.ToFrozenSet();
        _vocabulary = new(() => new TokenVocabulary([.. Enumerable.Range(0, engine.Vocabulary).Select(BytesOf)]));
        _closing = new(() => Task.Run(async () =>
        {
            await Engine.DisposeAsync();
            files?.Dispose();
        }));
        _life = new(this, ended: static self => _ = self._closing.Value);
    }

    public string Name { get; }

    /// <summary>Of its content.</summary>
    public string Revision { get; }

    public ImportedModel Model { get; }

    public Engine Engine { get; }

    public IReadOnlySet<int> EndTokens { get; }

    public Tokenizer Tokenizer { get; }

    /// <summary>What grammars draw from: what each token adds to a text, special tokens left out. Made when the first grammar asks.</summary>
    public TokenVocabulary TokenVocabulary => _vocabulary.Value;

    /// <summary>Null: the base has none, so it takes prompts only.</summary>
    public ChatTemplate? Template => Found.Template;

    /// <summary>The same, or why the one that there is can't be used.</summary>
    public FoundTemplate Found { get; }

    /// <summary>What templates are told the date by.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Whether it takes nobody new.</summary>
    public bool IsRetired => _life.IsRetired;

    public bool IsClosed => _closing is { IsValueCreated: true, Value.IsCompleted: true };

    private byte[]? BytesOf(int token) => Tokenizer.IsSpecial(token) ? null : Tokenizer.GetTokenBytes(token).ToArray();

    /// <summary>False where it is retired.</summary>
    public bool TryEnter() => _life.TryEnter();

    public void Leave() => _life.Leave();

    /// <summary>Takes nobody new, and is closed with the last who uses it.</summary>
    public void Retire() => _life.Retire();

    /// <summary>Closes it, whoever uses it. Thread-safe; waits for the end of the closing, whoever began it.</summary>
    public async ValueTask DisposeAsync() => await _closing.Value;
}
