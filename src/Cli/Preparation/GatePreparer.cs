using System.Globalization;
using ExpertCluster.Cluster.Catalogue;
using ExpertCluster.Gating.Training;
using ExpertCluster.Models.Chat;
using ExpertCluster.Models.Import;
using ExpertCluster.Models.Tokenization;

namespace ExpertCluster.Cli.Preparation;

/// <summary>Trains the gates of a catalogue, unless the same training is in the cache already.</summary>
internal static class GatePreparer
{
    /// <summary>Part of the key: raise it when the trainer's result for the same input changes.</summary>
    private const string TrainerVersion = "1";

    /// <returns>The gates' folder, or null when the catalogue gates no expert.</returns>
    public static string? Prepare(
        ExpertCatalogue catalogue, IReadOnlyDictionary<string, ImportedModel> bases, string artefacts, Action<string> progress)
    {
        var gated = catalogue.Experts.Where(e => e.IsGated).ToList();
        if (gated.Count == 0)
        {
            return null;
        }

        string target = Path.Combine(artefacts, "gates", ContentKey.Of([TrainerVersion, .. gated.SelectMany(Parts), .. bases.Select(b => b.Key + b.Value.Digest)]));
        if (Directory.Exists(target))
        {
            return target;
        }

        progress($"training the gates of {gated.Count} experts");
        var set = new GateTrainingSet
        {
            Experts = [.. gated.Select(Taught)],
            Encodings = gated.Select(e => e.Base).Distinct().ToDictionary(b => b, b => Encoding(bases[b]), StringComparer.Ordinal),
        };
        GateTrainer.Train(set, target);
        return target;
    }

    private static GateExpert Taught(ExpertEntry expert) => new()
    {
        Name = expert.Name,
        Base = expert.Base,
        IsGeneralist = expert.Adapter is null,
        Examples = expert.Examples is { } file ? ExampleFile.Read(file) : [],
        Keywords = expert.Keywords,
    };

    private static IEnumerable<string> Parts(ExpertEntry expert) =>
    [
        expert.Name,
        expert.Base,
        expert.Adapter is null ? "generalist" : "specialist",
        expert.Examples is { } file ? ContentKey.OfFile(file) : "",
        expert.Keywords.Count.ToString(CultureInfo.InvariantCulture),
        .. expert.Keywords,
    ];

    private static ChatEncoding Encoding(ImportedModel model)
    {
        var tokenizer = Tokenizer.Load(model.TokenizerPath);
        var template = ChatTemplate.LoadFrom(model.TokenizerConfigPath);
        return new ChatEncoding(
            prompt => tokenizer.Encode(template?.Render([new ChatMessage("user", prompt)], addGenerationPrompt: true) ?? prompt),
            text => tokenizer.Encode(text),
            model.EndTokens.Count > 0 ? model.EndTokens[0] : null);
    }
}
