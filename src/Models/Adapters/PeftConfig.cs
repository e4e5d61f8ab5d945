using System.Text.Json;
using ExpertCluster.Models.Checkpoints;

namespace ExpertCluster.Models.Adapters;

/// <summary>adapter_config.json of a LoRA adapter. Variants that compute something else are refused by name.</summary>
internal sealed class PeftConfig
{
    public const string File = "adapter_config.json";

    /// <summary>The largest rank that is accepted; published adapters have 4 to 256.</summary>
    public const int MaxRank = 256;

    private const double MaxAlpha = 1e6;

    // Fields that change what is computed; each must be absent, null, empty, or this value. fan_in_fan_out is none of them: it is about
    // layers that are no linear ones, and PEFT ignores it for those that are.
    private static readonly (string Name, string Accepted)[] Neutral =
    [
        ("use_dora", "false"), ("bias", "\"none\""), ("lora_bias", "false"), ("modules_to_save", "null"),
        ("use_qalora", "false"), ("use_bdlora", "false"), ("layer_replication", "null"),
        ("target_parameters", "null"), ("trainable_token_indices", "null"),
        ("alora_invocation_tokens", "null"), ("arrow_config", "null"), ("megatron_config", "null"), ("task_type", "\"CAUSAL_LM\""),
    ];

    // Ways to begin training that leave the base as it is; others (pissa, olora, corda, loftq) alter the base's weights.
    private static readonly string[] HarmlessInitialisations = ["true", "false", "\"gaussian\"", "\"eva\"", "\"orthogonal\""];

    private readonly JsonFields _fields;
    private readonly PeftPattern _ranks;
    private readonly PeftPattern _alphas;
    private readonly int _rank;
    private readonly double _alpha;
    private readonly bool _rankStabilised;

    private PeftConfig(JsonFields fields)
    {
        _fields = fields;
        _rank = fields.Integer("r", 1, MaxRank);
        _alpha = fields.Number("lora_alpha", 0, MaxAlpha);
        _rankStabilised = fields.Boolean("use_rslora", false);
        _ranks = new PeftPattern(fields, "rank_pattern");
        _alphas = new PeftPattern(fields, "alpha_pattern");
    }

    public static PeftConfig Read(CheckpointFolder folder)
    {
        var fields = JsonFile.ReadObject(folder, File);
        string kind = fields.Text("peft_type") ?? "none";
        if (kind != "LORA")
        {
            fields.Refuse("peft_type", $"{kind} is not supported, only LORA");
        }

        foreach ((string name, string accepted) in Neutral)
        {
            if (fields.TryGet(name, out var value) && !IsEmpty(value) && value.GetRawText() != accepted)
            {
                fields.Refuse(name, $"{JsonFields.Show(value)} is not supported, only {accepted}");
            }
        }

        if (fields.TryGet("init_lora_weights", out var start) && !HarmlessInitialisations.Contains(start.GetRawText()))
        {
            fields.Refuse("init_lora_weights", $"{JsonFields.Show(start)} is not supported: it alters the base's own weights");
        }

        return new PeftConfig(fields);
    }

    public PeftTargets Targets => new(_fields);

    public int RankOf(string module) =>
        _ranks.Find(module) is (string key, JsonElement value) ? _fields.Integer(key, value, 1, MaxRank) : _rank;

    /// <summary>What the product B A is multiplied with: alpha / r, or alpha / sqrt(r) with rsLoRA.</summary>
    public double ScaleOf(string module)
    {
        double alpha = _alphas.Find(module) is (string key, JsonElement value) ? _fields.Number(key, value, 0, MaxAlpha) : _alpha;
        int rank = RankOf(module);
        return alpha / (_rankStabilised ? Math.Sqrt(rank) : rank);
    }

    private static bool IsEmpty(JsonElement value) =>
        (value.ValueKind == JsonValueKind.Array && value.GetArrayLength() == 0)
        || (value.ValueKind == JsonValueKind.Object && !value.EnumerateObject().Any());
}
