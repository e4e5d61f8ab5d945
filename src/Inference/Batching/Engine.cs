using ExpertCluster.Contracts;
using ExpertCluster.Contracts.Completions;
using ExpertCluster.Inference.Adapters;
using ExpertCluster.Inference.Errors;
using ExpertCluster.Inference.Generation;
using ExpertCluster.Inference.Merging;
using ExpertCluster.Inference.Prefixes;
using ExpertCluster.Inference.Sampling;
using ExpertCluster.Inference.Stepping;
using ExpertCluster.Inference.Text;

namespace ExpertCluster.Inference.Batching;

/// <summary>
/// One base model that serves many requests at once: it owns the runner and batches whatever asks, with any mix of
/// adapters. Thread-safe. Greedy and seeded output of a request does not depend on what runs beside it.
/// </summary>
public sealed class Engine : IAsyncDisposable
{
    private readonly IStepRunner _runner;
    private readonly EngineOptions _options;
    private readonly Func<ITokenText> _text;
    private readonly TimeProvider _time;
    private readonly AutoResetEvent _signal = new(false);
    private readonly AdmissionQueue _queue;
    private readonly PrefixCache _prefixes;
    private readonly LogitsPipeline _filters;
    private readonly EngineLoop _loop;
    private int _disposed;

    /// <summary>Takes the runner over and starts the engine's thread.</summary>
    /// <param name="runner">Disposed with the engine.</param>
    /// <param name="options">Checked against the runner.</param>
    /// <param name="text">Makes the decoder of one sequence.</param>
    /// <param name="time">For queue waits and slow readers; the system's by default.</param>
    /// <param name="observer">Hears of steps and sequences, for metrics.</param>
    /// <param name="filters">Between logits and the draw; those of <see cref="LogitsFilters.BuiltIn"/> by default.</param>
    /// <exception cref="ArgumentException">An option is out of range; all failures are named.</exception>
    /// <exception cref="SetupException">Two filters have one name, or the options name one that is not there.</exception>
    public Engine(
        IStepRunner runner,
        EngineOptions options,
        Func<ITokenText> text,
        TimeProvider? time = null,
        IEngineObserver? observer = null,
        IEnumerable<ILogitsFilter>? filters = null)
    {
        ArgumentNullException.ThrowIfNull(text);
        var failures = EngineOptionsValidator.Validate(options, runner);
        if (failures.Count > 0)
        {
            throw new ArgumentException(string.Join("; ", failures), nameof(options));
        }

        (_runner, _options, _text, _time) = (runner, options, text, time ?? TimeProvider.System);
        _filters = LogitsPipeline.Create(filters ?? LogitsFilters.BuiltIn, options.Filters);
        _queue = new AdmissionQueue(options.QueueLimit, runner.Slots);
        Adapters = new AdapterStore(runner, options.AdapterHostBytes, Wake);
        _prefixes = new PrefixCache(runner.BlockBytes, options.PrefixCacheBytes);
        _loop = new EngineLoop(runner, options, _queue, Adapters, _prefixes, _filters, _signal, _time, observer);
        _loop.Start();
    }

    /// <summary>The adapters it knows.</summary>
    public AdapterStore Adapters { get; }

    /// <summary>Positions a sequence can have, prompt and output together.</summary>
    public int ContextLength => _runner.ContextLength;

    /// <summary>Token ids are below this.</summary>
    public int Vocabulary => _runner.Vocabulary;

    /// <summary>Adapters a row can mix.</summary>
    public int AdaptersPerRow => _runner.AdaptersPerRow;

    /// <summary>What it is doing. Cheap: a read of the latest step's snapshot.</summary>
    public EngineSnapshot Status => _loop.Snapshot with
    {
        Waiting = _queue.Count,
        Adapters = Adapters.Counts,
        Draining = _queue.IsClosed,
    };

    /// <summary>Queues a request; its stream begins when slots are free.</summary>
    /// <param name="request">What to continue and how; copied, so later changes have no effect.</param>
    /// <param name="cancellationToken">Ends the sequence; what it holds is free before the next step.</param>
    /// <exception cref="InvalidGenerationException">The request could never run; every failure is named.</exception>
    /// <exception cref="EngineOverloadedException">The queue is full.</exception>
    /// <exception cref="EngineDrainingException">The engine drains or has stopped.</exception>
    public GenerationStream Generate(GenerationRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        cancellationToken.ThrowIfCancellationRequested();
        request = Copy(request);
        var failures = GenerationValidator.Validate(request, _runner, _options.MaxBranches);
        if (failures.Count == 0)
        {
            failures = [.. _filters.Check(request.Sampling)];
        }

        if (failures.Count > 0)
        {
            throw new InvalidGenerationException(failures);
        }

        var grammar = GrammarOf(request);
        var held = Hold(request.Branches);
        var sequence = Create(request, grammar, held, cancellationToken);
        var admission = _queue.TryAdd(sequence);
        if (admission != Admission.Queued)
        {
            sequence.Cancellation.Unregister();
            sequence.Members?.Dispose();
            Adapters.Release(held, pinned: false);
            throw admission == Admission.Full
                ? new EngineOverloadedException(_options.QueueLimit)
                : new EngineDrainingException("the engine drains and takes no new requests");
        }

        Wake();
        return sequence.Stream;
    }

    /// <summary>Takes nothing new and waits until all that runs or waits has ended. Cancelling only stops the waiting.</summary>
    public Task DrainAsync(CancellationToken cancellationToken = default)
    {
        _queue.Close();
        Wake();
        return _loop.Drained.WaitAsync(cancellationToken);
    }

    /// <summary>Ends what still runs, with an <see cref="EngineDrainingException"/>, and disposes the runner.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            _queue.Close();
            _loop.Stop();

            // A step of long prompts on a large model takes seconds, and nobody waits for its tokens any more.
            _runner.Abort();
            await _loop.Stopped;
            await Adapters.CloseAsync();
            _prefixes.Dispose();
            _runner.Dispose();
        }
    }

    // The event is left to its finalizer: streams and timers may still set it after the engine has gone.
    private void Wake() => _signal.Set();

    private AnswerGrammar? GrammarOf(GenerationRequest request)
    {
        if (request.Grammar is not { } compiled)
        {
            return null;
        }

        if (compiled.Vocabulary.Size != _runner.Vocabulary)
        {
            throw new ArgumentException($"the grammar is for {compiled.Vocabulary.Size} tokens; the runner has {_runner.Vocabulary}", nameof(request));
        }

        AnswerGrammar grammar = new(compiled, request.EndTokens, _runner.Vocabulary);
        return request.Resume.All(grammar.Append) ? grammar : throw new InvalidGenerationException(["resume has tokens that structured_output does not allow"]);
    }

    private Sequence Create(GenerationRequest request, AnswerGrammar? grammar, List<EngineAdapter> held, CancellationToken cancellationToken)
    {
        var stream = new GenerationStream(request.Prompt.Count, _options.OutputBuffer);
        var seen = _filters.ReadsSeen(request.Sampling) ? new SeenTokens(_runner.Vocabulary) : null;
        var sequence = new Sequence(request, stream, new TokenEmitter(request, _text()), seen, grammar, _runner.ContextLength)
        {
            Held = held,
            QueuedAt = _time.GetTimestamp(),
        };
        if (request.Members.Count > 0)
        {
            sequence.Members = new MemberTurns(request.Members, request.Branches.Sum(branch => branch.Weight), request.MemberPatience, _runner.Vocabulary, _time, Wake);
        }

        request.Feed?.Connect(Wake);
        stream.Connect(Wake, () => Cancel(sequence));
        sequence.Cancellation = cancellationToken.UnsafeRegister(
            (state, token) =>
            {
                // The reader hears of it at once, the slots follow before the next step.
                var cancelled = (Sequence)state!;
                Cancel(cancelled);
                cancelled.Stream.Complete(new OperationCanceledException(token));
            },
            sequence);
        return sequence;
    }

    /// <summary>Filters read the parameters while the sequence runs. Too many of them are refused unread.</summary>
    private static GenerationRequest Copy(GenerationRequest request)
    {
        var sampling = request.Sampling;
        return request with
        {
            Sampling = sampling with
            {
                Extra = sampling.Extra.Count is 0 or > SamplingRanges.MostExtra ? sampling.Extra : new Dictionary<string, double>(sampling.Extra, StringComparer.Ordinal),
                LogitBias = [.. sampling.LogitBias],
                AllowedTokens = sampling.AllowedTokens.Count is 0 or > SamplingRanges.MostAllowed ? sampling.AllowedTokens : [.. sampling.AllowedTokens.Distinct()],
                BannedSequences = [.. sampling.BannedSequences.Select(sequence => sequence.ToArray())],
                EndTokens = sampling.MinTokens > 0 ? [.. request.EndTokens] : [],
            },
        };
    }

    private void Cancel(Sequence sequence)
    {
        sequence.Cancel();
        Wake();
    }

    private List<EngineAdapter> Hold(IReadOnlyList<Branch> branches)
    {
        List<EngineAdapter> needed = [.. branches.SelectMany(Needed).Distinct()];
        Adapters.Hold(needed);
        return needed;

        static IEnumerable<EngineAdapter> Needed(Branch branch) =>
            branch.Gate is { } gate ? gate.Adapters : branch.Mix.Select(entry => entry.Adapter).OfType<EngineAdapter>();
    }
}
