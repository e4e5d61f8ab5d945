namespace ExpertCluster.ExpertHost.Options;

/// <summary>
/// How a host runs its bases: configuration section "ExpertCluster:Runtime". Checked by <see cref="RuntimeOptionsValidator"/>.
/// </summary>
internal sealed record RuntimeOptions
{
    public const string Section = "ExpertCluster:Runtime";

    /// <summary>Threads of a base: intra-op ones of ONNX Runtime, and those that sample. 0: one for each core. 0 to 256, default 0.</summary>
    public int Threads { get; init; }

    /// <summary>
    /// Microseconds that a step's waiting threads spin before they sleep: waits inside a step are shorter than waking up.
    /// 0 to 100,000, default 300; 0: they sleep at once.
    /// </summary>
    public int SpinMicroseconds { get; init; } = 300;

    /// <summary>Sequences a base decodes at once; each holds one context of keys and values. 1 to 1,024, default 32.</summary>
    public int Slots { get; init; } = 32;

    /// <summary>Tokens a slot holds, cut to what the base knows. 0: what the base knows. Default 0.</summary>
    public int ContextLength { get; init; }

    /// <summary>
    /// How keys and values are stored: "f32", "f16" (half the memory) or "int8" (a quarter, and 4 bytes for each head and token). The
    /// last two on the CPU only. Default "f32".
    /// </summary>
    public string KvCacheType { get; init; } = "f32";

    /// <summary>Prompt tokens read in one step. 1 to 8,192, default 128.</summary>
    public int PrefillChunk { get; init; } = 128;

    /// <summary>
    /// Most rows of a step that check guesses of coming tokens (prompt lookup), a base: answers that repeat themselves or their
    /// prompt come faster, no answer differs. 0 to 256, default 8; 0: none.
    /// </summary>
    public int DraftRows { get; init; } = 8;

    /// <summary>Requests that may wait for a slot, a base; one more is refused. 0 to 100,000, default 256.</summary>
    public int QueueLimit { get; init; } = 256;

    /// <summary>
    /// MiB of host memory, a base, for keys and values of prompts that may come again. 0 to 1,048,576, default 256; 0: none.
    /// </summary>
    public int PrefixCacheMegabytes { get; init; } = 256;

    /// <summary>Adapters in the runtime at once, a base; others wait in host memory or on disk. 1 to 4,096, default 64.</summary>
    public int AdapterCapacity { get; init; } = 64;

    /// <summary>MiB of host memory, a base, for adapters beside those in the runtime. 0 to 1,048,576, default 256.</summary>
    public int AdapterHostMegabytes { get; init; } = 256;

    /// <summary>Largest adapter rank. 1 to 256, default 16.</summary>
    public int AdapterRank { get; init; } = 16;

    /// <summary>
    /// How the runtime stores adapters: "f32", or "f16" (half the memory, and half of what a step of many adapters reads; numbers
    /// up to 255 in size, on the CPU only). Default "f32".
    /// </summary>
    public string AdapterType { get; init; } = "f32";

    /// <summary>Adapters a row can mix. 1 to 8, default 4.</summary>
    public int AdaptersPerRow { get; init; } = 4;

    /// <summary>Tokens a slow reader may lag behind before its sequence pauses. 1 to 65,536, default 64.</summary>
    public int OutputBuffer { get; init; } = 64;

    /// <summary>
    /// What the bases run on: "cpu" or "cuda". The latter uses the portable graph, and needs the GPU package and an NVIDIA GPU
    /// (docs/operations.md). Default "cpu".
    /// </summary>
    public string Provider { get; init; } = "cpu";

    /// <summary>Folder for ONNX Runtime's profiles, one a base, written when the host stops. Empty: none, the default. Slows steps.</summary>
    public string ProfileFolder { get; init; } = "";
}
