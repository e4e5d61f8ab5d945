using System.Text.Json;
using ExpertCluster.Models.Architecture;
using ExpertCluster.Models.Checkpoints;

namespace ExpertCluster.Models.Families;

/// <summary>config.json and generation_config.json of a checkpoint, read by the family that "architectures" names.</summary>
internal sealed record ModelConfig(IModelFamily Family, ModelArchitecture Architecture, int? BeginToken, IReadOnlyList<int> EndTokens)
{
    public const string File = "config.json";
    public const string GenerationFile = "generation_config.json";
    private const int MaxEndTokens = 64;

    public ModelShape Shape => Architecture.Shape;

    public static ModelConfig Read(CheckpointFolder folder)
    {
        var config = JsonFile.ReadObject(folder, File);
        var family = FamilyOf(config);
        FamilyConfig own = new(config);
        own.Guard(family);
        var architecture = family.Read(own);
        var generation = folder.Has(GenerationFile) ? JsonFile.ReadObject(folder, GenerationFile) : config;
        var begin = Tokens("bos_token_id", architecture.Shape, generation, config);
        // Any of them ends an answer: people mend one file and leave the other.
        List<int> end = [.. Tokens("eos_token_id", architecture.Shape, generation).Union(Tokens("eos_token_id", architecture.Shape, config))];
        return new ModelConfig(family, architecture, begin.Count == 0 ? null : begin[0], end);
    }

    private static IModelFamily FamilyOf(JsonFields config)
    {
        if (!config.TryGet("architectures", out var names))
        {
            config.Refuse("architectures", "is missing");
        }

        IModelFamily? family = null;
        if (names.ValueKind != JsonValueKind.Array || names.GetArrayLength() != 1 || names[0].ValueKind != JsonValueKind.String
            || !ModelFamilies.All.TryGetValue(names[0].GetString()!, out family))
        {
            string known = string.Join(", ", ModelFamilies.All.Keys.Order(StringComparer.Ordinal));
            config.Refuse("architectures", $"{JsonFields.Show(names)} is not supported, only one of {known}");
        }

        return family;
    }

    /// <summary>One id or a list of them; the first file that has the field decides.</summary>
    private static IReadOnlyList<int> Tokens(string field, ModelShape shape, params ReadOnlySpan<JsonFields> sources)
    {
        foreach (var source in sources)
        {
            if (!source.TryGet(field, out var value))
            {
                continue;
            }

            if (value.ValueKind != JsonValueKind.Array)
            {
                return [source.Integer(field, value, 0, shape.Vocabulary - 1)];
            }

            if (value.GetArrayLength() > MaxEndTokens)
            {
                source.Refuse(field, $"has more than {MaxEndTokens} entries");
            }

            return [.. value.EnumerateArray().Select(item => source.Integer(field, item, 0, shape.Vocabulary - 1)).Distinct()];
        }

        return [];
    }
}
