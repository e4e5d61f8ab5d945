using System.Text;
using System.Text.Json;
using ExpertCluster.Fuzz.Engine;
using ExpertCluster.Fuzz.Grammars;
using ExpertCluster.Models.Adapters;
using ExpertCluster.Models.Architecture;
using ExpertCluster.Models.Checkpoints;

namespace ExpertCluster.Fuzz.Targets;

/// <summary>adapter_config.json: which modules, of what rank, by names and expressions.</summary>
internal sealed class AdapterConfigTarget(string folder) : FileTarget(folder, PeftConfig.File)
{
    private static readonly ModelShape Shape = new()
    {
        Vocabulary = 64,
        Hidden = 64,
        Intermediate = 64,
        Layers = 2,
        Heads = 2,
        KeyValueHeads = 1,
        HeadDimension = 32,
        MaxPositions = 512,
        RopeTheta = 10000,
        NormEpsilon = 1e-5,
        TiedEmbeddings = true,
    };

    public override string Name => "adapter-config";

    public override int Executions => 6000;

    public override bool IsJson => true;

    public override long MostAllocated(int length) => (64L << 20) + (2000L * length);

    public override IReadOnlyList<string> Words =>
    [
        "peft_type", "LORA", "r", "lora_alpha", "target_modules", "all-linear", "q_proj", "model.layers.0.self_attn.q_proj", ".*", "rank_pattern", "alpha_pattern", "use_rslora", "layers_to_transform", "bias", "none",
        "init_lora_weights", "gaussian", "modules_to_save", "use_dora", "task_type", "CAUSAL_LM", "layers_pattern", "(a{99}){99}", "(?:", ")|(", "[a-z]*", @"\d+", "down_proj|up_proj",
    ];

    public override IEnumerable<byte[]> Seeds() =>
    [
        Demo("adapters", "law", "adapter_config.json"),
        Of("\".*(q|k)_proj\"", """{"q_proj":4,"model\\.layers\\.1\\..*":16}"""),
        Of("[\"q_proj\",\"down_proj\"]", "{}"),
        Of("\"all-linear\"", """{".*_proj":8}"""),
    ];

    public override byte[] Generate(Random random)
    {
        var regexes = new RegexGrammar(random);
        string targets = random.In(3) ? "[\"q_proj\"]" : JsonSerializer.Serialize(regexes.Make());
        return Of(targets, $"{{{random.Join(random.Count(2, 20), ",", () => $"{JsonSerializer.Serialize(regexes.Make())}:{random.Next(300)}")}}}");
    }

    public override Outcome Run(byte[] input)
    {
        Write(input);
        try
        {
            var config = PeftConfig.Read(new CheckpointFolder(Folder));
            foreach (var module in config.Targets.Choose(PeftModule.All(Shape), hasTensors: module => module.Layer % 2 == 0))
            {
                config.RankOf(module.Path);
                config.ScaleOf(module.Path);
            }

            return Outcome.Taken;
        }
        catch (CheckpointException refused)
        {
            return Outcome.Refused(refused.Message);
        }
    }

    private static byte[] Of(string targets, string ranks) => Encoding.UTF8.GetBytes(
        $$"""{"peft_type":"LORA","task_type":"CAUSAL_LM","r":8,"lora_alpha":16,"bias":"none","target_modules":{{targets}},"rank_pattern":{{ranks}},"alpha_pattern":{},"use_rslora":true}""");
}
