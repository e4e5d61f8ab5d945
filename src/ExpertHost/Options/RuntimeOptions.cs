using ExpertCluster.Fabric.Placement.Rounds;
using ExpertCluster.Inference.Batching;
using ExpertCluster.Inference.Merging;
using ExpertCluster.Inference.Stepping;
using ExpertCluster.Node.Settings;

namespace ExpertCluster.ExpertHost.Options;

/// <summary>
/// How a host runs its bases: configuration section "ExpertCluster:Runtime". Checked by <see cref="RuntimeOptionsValidator"/> and
/// <see cref="RuntimeOptionsRules"/>. Ranges are the engine's.
/// </summary>
[Settings(Section)]
internal sealed record RuntimeOptions
{
    public const string Section = SettingsSection.Root + ":Runtime";

    /// <summary>A base is tried with a few tokens before the first caller comes; less than this is no use to anybody.</summary>
    public const int LeastContext = 16;

    public const int MostContext = 1 << 20;

    /// <summary>
    /// Threads of a base: those of a step, and those that sample. 0: one for each core. Share the cores out where several hosts or bases
    /// live on one machine.
    /// </summary>
    [SettingRange(0, EngineLimits.MostSamplingThreads, Unit = "threads")]
    public int Threads { get; init; }

    /// <summary>
    /// How long a step's waiting threads spin before they sleep: waits inside a step are shorter than waking up, which also costs
    /// processor time. 0: they sleep at once.
    /// </summary>
    [SettingRange(0, StepRunnerLimits.MostSpinMicroseconds, Unit = "microseconds")]
    public int SpinMicroseconds { get; init; } = 300;

    /// <summary>Sequences a base decodes at once; each holds one context of keys and values.</summary>
    [SettingRange(1, StepRunnerLimits.MostSlots, Unit = "sequences")]
    public int Slots { get; init; } = 32;

    /// <summary>Tokens a slot holds, cut to what the base knows. 0: what the base knows.</summary>
    [SettingRange(LeastContext, MostContext, OrZero = true, Unit = "tokens")]
    public int ContextLength { get; init; }

    /// <summary>
    /// How keys and values are stored: `f16` takes half the memory, `int8` a quarter and 4 bytes for each head and token; long contexts
    /// are read faster, and answers may differ from `f32`. The last two with `cpu` only.
    /// </summary>
    [SettingValues("f32", "f16", "int8", AnyCase = true)]
    public string KvCacheType { get; init; } = "f32";

    /// <summary>
    /// Prompt tokens read in one step, over all requests. The least is what a request of several branches needs in its first step.
    /// </summary>
    [SettingRange(EngineLimits.MostBranches, EngineLimits.MostPrefill, Unit = "tokens")]
    public int PrefillChunk { get; init; } = 128;

    /// <summary>
    /// Most rows of a step that check guesses of coming tokens (prompt lookup), a base: answers that repeat themselves or their
    /// prompt come faster, no answer differs. 0: none.
    /// </summary>
    [SettingRange(0, EngineLimits.MostDraftRows, Unit = "rows")]
    public int DraftRows { get; init; } = 8;

    /// <summary>Requests that may wait for a slot, a base; one more is refused.</summary>
    [SettingRange(0, EngineLimits.MostQueued, Unit = "requests")]
    public int QueueLimit { get; init; } = 256;

    /// <summary>
    /// Threads that render and tokenize prompts, all bases together, and as many more, of a lower priority, for those that take longer than 20 ms and a microsecond a
    /// character. They run beside a base's own, mostly asleep: more help only where prompts are long and many.
    /// </summary>
    [SettingRange(1, 64, Unit = "threads")]
    public int PromptThreads { get; init; } = 2;

    /// <summary>Prompts that may wait for one of `PromptThreads`; one more is refused with RESOURCE_EXHAUSTED.</summary>
    [SettingRange(1, EngineLimits.MostQueued, Unit = "prompts")]
    public int PromptQueueLimit { get; init; } = 1024;

    /// <summary>
    /// Time that a prompt may take to be rendered and tokenized once a thread has it; then that request fails with INVALID_ARGUMENT. A
    /// million characters take about half a second.
    /// </summary>
    [SettingRange(0.1, 600, Unit = "seconds")]
    public double PromptSeconds { get; init; } = 5;

    /// <summary>
    /// Memory that rendering a prompt may ask for in all, and that tokenizing it may; beyond it that request fails with INVALID_ARGUMENT.
    /// The most a host needs for this at a moment is twice that for each of `PromptThreads`.
    /// </summary>
    [SettingRange(16, 4096, Unit = "MiB")]
    public int PromptMegabytes { get; init; } = 256;

    /// <summary>Host memory, a base, for keys and values of prompts that may come again. 0: none.</summary>
    [SettingRange(0, EngineLimits.MostMegabytes, Unit = "MiB")]
    public int PrefixCacheMegabytes { get; init; } = 256;

    /// <summary>Adapters in the runtime at once, a base; others wait in host memory or on disk.</summary>
    [SettingRange(1, StepRunnerLimits.MostAdapters, Unit = "adapters")]
    public int AdapterCapacity { get; init; } = 64;

    /// <summary>Host memory, a base, for adapters beside those in the runtime.</summary>
    [SettingRange(0, EngineLimits.MostMegabytes, Unit = "MiB")]
    public int AdapterHostMegabytes { get; init; } = 256;

    /// <summary>Largest adapter rank.</summary>
    [SettingRange(1, StepRunnerLimits.MostRank)]
    public int AdapterRank { get; init; } = 16;

    /// <summary>
    /// How the runtime stores adapters: `f16` takes half the memory, and half of what a step with many adapters reads; answers may
    /// differ. With `cpu` only; an adapter with numbers above 255 in size is refused.
    /// </summary>
    [SettingValues("f32", "f16", AnyCase = true)]
    public string AdapterType { get; init; } = "f32";

    /// <summary>Encoders in memory at once; one more, and the one that was asked for longest ago goes.</summary>
    [SettingRange(1, 64, Unit = "encoders")]
    public int EncoderCapacity { get; init; } = 4;

    /// <summary>Threads that read texts by encoders, all encoders together; each runs beside the bases' own.</summary>
    [SettingRange(1, 256, Unit = "threads")]
    public int EncoderThreads { get; init; } = 2;

    /// <summary>Pieces of calls that may wait for one of `EncoderThreads`; a call has one at a time, and one more is refused with RESOURCE_EXHAUSTED.</summary>
    [SettingRange(1, EngineLimits.MostQueued, Unit = "calls")]
    public int EncoderQueueLimit { get; init; } = 256;

    /// <summary>Adapters a row can mix. 0: 16 with `cpu`, else 4, as the portable graph computes all of a row's places, used or not.</summary>
    [SettingRange(1, StepRunnerLimits.MostAdaptersPerRow, OrZero = true, Unit = "adapters")]
    public int AdaptersPerRow { get; init; }

    /// <summary>
    /// Tokens that another host names at most of each place of an answer, where experts of several bases answer as one. What it gives all others together counts
    /// for them by this host's own probabilities.
    /// </summary>
    [SettingRange(1, EnsembleLimits.MostNamed, Unit = "tokens")]
    public int EnsembleTokens { get; init; } = EnsembleLimits.Named;

    /// <summary>How long the first token of such an answer waits for another host, which has the prompt to read. One that is late is left out until it has caught up.</summary>
    [SettingRange(0.01, 600, Unit = "seconds")]
    public double EnsembleFirstSeconds { get; init; } = 2;

    /// <summary>The same for each other token.</summary>
    [SettingRange(1, 60_000, Unit = "milliseconds")]
    public int EnsembleWaitMilliseconds { get; init; } = 250;

    /// <summary>
    /// Sampler filters that act first, in their order: `allowed_token_ids`, `bad_words`, `logit_bias`, `min_tokens`, `repetition_penalty`,
    /// `frequency_penalty`, `presence_penalty`, `temperature`, `top_k`, `top_p`, `min_p`, or some of your own.
    /// The others follow in the default order, those of your own last. A filter acts where a request asks for it.
    /// </summary>
    [SettingDefault("none")]
    public IReadOnlyList<string>? SamplerFilters { get; init; }

    /// <summary>Tokens a slow reader may lag behind before its sequence pauses.</summary>
    [SettingRange(1, EngineLimits.MostOutput, Unit = "tokens")]
    public int OutputBuffer { get; init; } = 64;

    /// <summary>
    /// What the bases run on: ONNX Runtime's execution provider. `cuda` uses the portable graph, and needs an NVIDIA GPU and the image
    /// `expert-host-gpu`, or a build with `-p:OnnxRuntime=gpu`.
    /// </summary>
    [SettingValues("cpu", "cuda", AnyCase = true)]
    public string Provider { get; init; } = "cpu";

    /// <summary>
    /// Who decides which hosts keep which experts warm: `demand`, `round-robin`, `least-loaded`, or one of your own. The same on every host: any of them
    /// may be the one that decides.
    /// </summary>
    public string Placement { get; init; } = PlacementPolicies.Default;

    /// <summary>What this host has that experts may ask for, each `key=value`: `zone=a`, `gpu=l4`. At most 32.</summary>
    [SettingDefault("none")]
    public IReadOnlyList<string>? Labels { get; init; }

    /// <summary>
    /// Whether this host speaks vLLM's protocol (`vllm.grpc.engine.VllmEngine`, with reflection) on its gRPC port: whoever reaches that, and has a certificate where one is
    /// asked for, can ask its experts by name, past the routers' admission and policies.
    /// </summary>
    public bool VllmGrpc { get; init; }

    /// <summary>
    /// Folder for ONNX Runtime's profiles: a JSON trace of every node, one file a base, written when the host stops. Slows each step, and
    /// ends after a million events.
    /// </summary>
    public string ProfileFolder { get; init; } = "";
}
