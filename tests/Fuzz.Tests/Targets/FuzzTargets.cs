using ExpertCluster.Fuzz.Engine;

namespace ExpertCluster.Fuzz.Targets;

/// <summary>All that is fuzzed, by name. Names are apart from the targets: tests know them without loading what is fuzzed.</summary>
internal static class FuzzTargets
{
    public static readonly string[] Names =
    [
        "tokenizer", "text", "template", "tokenizer-config", "model-config", "adapter-config", "safetensors", "shard-index", "manifest", "graph", "catalogue", "prepared", "gate", "ngrams", "desired-state", "membership",
        "chat-body", "face-body", "gateway-body", "infer-body", "tool-answer", "complete", "generate", "vllm-generate", "status", "header", "compressed", "json-schema", "regex", "gbnf",
    ];

    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="folder">For its files; empty, and its own.</param>
    public static FuzzTarget Make(string name, string folder) => name switch
    {
        "tokenizer" => new TokenizerTarget(folder),
        "text" => new TextTarget(folder),
        "template" => new TemplateTarget(),
        "tokenizer-config" => new TokenizerConfigTarget(folder),
        "model-config" => new ModelConfigTarget(folder),
        "adapter-config" => new AdapterConfigTarget(folder),
        "safetensors" => new SafetensorsTarget(folder),
        "shard-index" => new ShardIndexTarget(folder),
        "manifest" => new ManifestTarget(folder),
        "graph" => new GraphTarget(folder),
        "catalogue" => new CatalogueTarget(folder),
        "prepared" => new PreparedTarget(folder),
        "gate" => new GateTarget(folder),
        "ngrams" => new NgramsTarget(),
        "desired-state" => new DesiredStateTarget(),
        "membership" => new MembershipTarget(folder),
        "chat-body" => new ChatBodyTarget(),
        "face-body" => new FaceBodyTarget(),
        "gateway-body" => new GatewayBodyTarget(),
        "infer-body" => new InferTarget(),
        "tool-answer" => new ToolAnswerTarget(),
        "complete" => new CompleteTarget(),
        "generate" => new GenerateTarget(),
        "vllm-generate" => new VllmTarget(),
        "status" => new StatusTarget(),
        "header" => new HeaderTarget(),
        "compressed" => new CompressedTarget(),
        "json-schema" => GrammarTarget.JsonSchema(),
        "regex" => GrammarTarget.Regex(),
        "gbnf" => GrammarTarget.Gbnf(),
        _ => throw new ArgumentException($"there is no target {name}; there are {string.Join(", ", Names)}", nameof(name)),
    };
}
