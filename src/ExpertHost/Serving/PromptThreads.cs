using System.Globalization;
using ExpertCluster.ExpertHost.Options;
using ExpertCluster.ExpertHost.Runtime;
using ExpertCluster.Grammars.Matching;
using ExpertCluster.Text.Bounds;
using ExpertCluster.Text.Chat;
using ExpertCluster.V1;
using Grpc.Core;

namespace ExpertCluster.ExpertHost.Serving;

/// <summary>
/// Reads prompts (<see cref="PromptReader"/>) on threads of its own: what a template or a tokenizer takes long over never holds the thread pool, on which the silo's
/// heartbeats and all streams run. Short prompts too: what a template does does not depend on their length, and the way to another thread costs microseconds. What has
/// not been read in a moment is begun anew on other threads, behind its like and of a lower priority: it holds up others for that moment alone.
/// </summary>
internal sealed class PromptThreads : IDisposable
{
    /// <summary>A prompt in use needs some ten microseconds, and a twentieth of one a character.</summary>
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(20);

    private static readonly TimeSpan MomentPerCharacter = TimeSpan.FromMicroseconds(1);

    /// <summary>What a moment grows to where the machine has too much to do: by fours.</summary>
    private const int MostMoments = 64;

    /// <summary>A third of what others get, where there is not enough for all.</summary>
    private const int SlowNiceness = 5;

    private readonly Structures _structures = new();
    private readonly RuntimeOptions _options;
    private readonly TextLimits _quickLimits;
    private readonly TextLimits _limits;
    private readonly TextLane _quick;
    private readonly TextLane _slow;

    public PromptThreads(RuntimeOptions options, TimeProvider time)
        : this(options, time, ThreadClock.Instance)
    {
    }

    /// <param name="options">How many, how long, how much.</param>
    /// <param name="time">Measures what prompts take.</param>
    /// <param name="processor">Measures what of that they compute.</param>
    internal PromptThreads(RuntimeOptions options, TimeProvider time, TimeProvider processor)
    {
        _options = options;
        _limits = TextLimits.Default with { Bytes = (long)options.PromptMegabytes << 20 };
        _quickLimits = _limits with { Matching = Moment };
        _quick = new TextLane("prompts", options.PromptThreads, options.PromptQueueLimit, niceness: 0, time, processor);
        _slow = new TextLane("slow prompts", options.PromptThreads, options.PromptQueueLimit, SlowNiceness, time, processor);
    }

    /// <inheritdoc cref="PromptReader.Read"/>
    /// <exception cref="RequestRefusedException">
    /// RESOURCE_EXHAUSTED: too many wait already; INVALID_ARGUMENT: it takes too long or too much, or what <see cref="PromptReader"/> refuses.
    /// </exception>
    public Task<IReadOnlyList<int>> ReadAsync(
        BaseRuntime runtime, FoundTemplate template, GenerateRequest request, int contextLength, CancellationToken cancellation) => RunAsync(
        PromptReader.FieldOf(request),
        PromptReader.CharactersOf(request),
        (limits, token) => PromptReader.Read(runtime, template, request, contextLength, limits, token),
        cancellation);

    /// <summary>The same of a text that is not continued: it may be as long as it likes.</summary>
    /// <inheritdoc cref="ReadAsync"/>
    public Task<IReadOnlyList<int>> TokenizeAsync(BaseRuntime runtime, GenerateRequest request, bool addSpecialTokens, CancellationToken cancellation) => RunAsync(
        PromptReader.FieldOf(request),
        PromptReader.CharactersOf(request),
        (limits, token) => PromptReader.Tokenize(runtime, runtime.Found, request, addSpecialTokens, limits, token),
        cancellation);

    /// <summary>What words are in the base's tokens.</summary>
    /// <inheritdoc cref="ReadAsync"/>
    public async Task<IReadOnlyList<IReadOnlyList<int>>> ReadBadWordsAsync(BaseRuntime runtime, Sampling? sampling, CancellationToken cancellation)
    {
        if (sampling is null || sampling.BadWords.Count == 0)
        {
            return [];
        }

        // Where it is read twice, both give the same.
        var words = sampling.BadWords;
        List<IReadOnlyList<int>> sequences = [];
        await RunAsync("bad_words", words.Sum(word => word.Length), Read, cancellation);
        return sequences;

        IReadOnlyList<int> Read(TextLimits limits, CancellationToken token)
        {
            try
            {
                sequences = BadWords.Encode(runtime.Tokenizer, words, limits, token);
                return [];
            }
            catch (TextLimitException limit)
            {
                throw new RequestRefusedException(StatusCode.InvalidArgument, $"bad_words {limit.Message}", limit);
            }
        }
    }

    /// <summary>What the answer has to be, compiled for the base, and whether it had been before.</summary>
    /// <inheritdoc cref="ReadAsync"/>
    public async Task<(CompiledGrammar Grammar, bool WasKept)> CompileAsync(BaseRuntime runtime, StructuredOutput structure, CancellationToken cancellation)
    {
        var key = Structures.KeyOf(structure);
        if (_structures.Find(runtime, key) is { } known)
        {
            return (known, true);
        }

        CompiledGrammar? compiled = null;
        await RunAsync(Structures.FieldOf(structure), structure.CalculateSize(), Compile, cancellation);
        return (compiled!, false);

        IReadOnlyList<int> Compile(TextLimits limits, CancellationToken token)
        {
            compiled = _structures.Compile(runtime, structure, key, token);
            return [];
        }
    }

    /// <param name="field">What is read, as the request names it.</param>
    /// <param name="characters">Of it.</param>
    /// <param name="read">Heeds its token: that of <paramref name="cancellation"/>, and of the time. May be called twice.</param>
    /// <param name="cancellation">Of the caller.</param>
    /// <inheritdoc cref="ReadAsync"/>
    internal async Task<IReadOnlyList<int>> RunAsync(
        string field, int characters, Func<TextLimits, CancellationToken, IReadOnlyList<int>> read, CancellationToken cancellation)
    {
        for (int moments = 1; moments > 0;)
        {
            try
            {
                return await InLaneAsync(_quick, token => read(_quickLimits, token), moments * (Moment + (characters * MomentPerCharacter)), cancellation);
            }
            catch (PromptLateException late)
            {
                moments = late.WasStarved && moments < MostMoments ? 4 * moments : 0;
            }
            catch (RequestRefusedException refused) when (refused.InnerException is TextLimitException)
            {
                // Whatever limit it was: the one below decides.
                moments = 0;
            }
        }

        try
        {
            return await InLaneAsync(_slow, token => read(_limits, token), TimeSpan.FromSeconds(_options.PromptSeconds), cancellation);
        }
        catch (PromptLateException)
        {
            string seconds = _options.PromptSeconds.ToString(CultureInfo.InvariantCulture);
            throw new RequestRefusedException(StatusCode.InvalidArgument, $"{field} takes more than {seconds} seconds to read");
        }
    }

    public void Dispose()
    {
        _quick.Dispose();
        _slow.Dispose();
    }

    private Task<IReadOnlyList<int>> InLaneAsync(TextLane lane, Func<CancellationToken, IReadOnlyList<int>> read, TimeSpan most, CancellationToken cancellation) =>
        lane.TryRun(read, most, cancellation)
        ?? throw new RequestRefusedException(
            StatusCode.ResourceExhausted, $"{_options.PromptQueueLimit} prompts wait on this host to be tokenized; no more are taken");
}
