using System.Collections.Concurrent;
using ExpertCluster.Catalogue.Prepared;
using ExpertCluster.Catalogue.Snapshots;
using ExpertCluster.ExpertHost.Runtime;
using ExpertCluster.Inference.Batching;
using ExpertCluster.Inference.Text;
using ExpertCluster.Text.Chat;
using ExpertCluster.Text.Tokenization;

namespace ExpertCluster.ExpertHost.Tests.Support;

/// <summary>Opens every base as the real engine on a <see cref="LetterRunner"/>; can be held up, and can fail.</summary>
internal sealed class FakeOpener(SmallModels models, TimeProvider? time = null) : IBaseOpener
{
    private readonly Tokenizer _tokenizer = Tokenizer.Load(models.Model.TokenizerPath);

    /// <summary>Names in the order in which they were opened, failed tries among them.</summary>
    public ConcurrentQueue<string> Opened { get; } = new();

    /// <summary>By base; thrown by each try until it is taken away.</summary>
    public ConcurrentDictionary<string, Exception> Failures { get; } = new();

    /// <summary>By base; asked at each try, null where that one goes well.</summary>
    public ConcurrentDictionary<string, Func<Exception?>> FailuresOnce { get; } = new();

    public ConcurrentDictionary<string, LetterRunner> Runners { get; } = new();

    /// <summary>What opening waits for.</summary>
    public Task Until { get; set; } = Task.CompletedTask;

    public int QueueLimit { get; init; } = 256;

    /// <summary>Adapters that the runtime holds at once; of the others the files alone are here.</summary>
    public int? OnlyAdapters { get; init; }

    public ChatTemplate? Template { get; init; }

    public string? TemplateProblem { get; init; }

    public async Task<BaseRuntime> OpenAsync(PreparedBase prepared)
    {
        Opened.Enqueue(prepared.Name);
        await Until;
        if (Failures.TryGetValue(prepared.Name, out var failure))
        {
            throw failure;
        }

        if (FailuresOnce.TryGetValue(prepared.Name, out var ask) && ask() is { } once)
        {
            throw once;
        }

        var runner = Runners[prepared.Name] = OnlyAdapters is { } few ? new LetterRunner { AdapterCapacity = few } : new LetterRunner();
        var options = new EngineOptions { QueueLimit = QueueLimit, PrefillChunk = 64 };
        options = OnlyAdapters is null ? options : options with { AdapterHostBytes = 0 };
        var engine = new Engine(runner, options, () => new TokenizerText(_tokenizer), time);
        return new BaseRuntime(prepared.Name, Revisions.Of(prepared.Folder), models.Model, engine, _tokenizer, new FoundTemplate(Template, TemplateProblem));
    }
}
