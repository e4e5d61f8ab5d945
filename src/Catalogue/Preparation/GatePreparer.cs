using System.Globalization;
using ExpertCluster.Catalogue.Prepared;
using ExpertCluster.Catalogue.Store;
using ExpertCluster.Learning;
using ExpertCluster.Models.Import;
using ExpertCluster.Text.Chat;
using ExpertCluster.Text.Tokenization;

namespace ExpertCluster.Catalogue.Preparation;

/// <summary>Trains the gates of a catalogue, unless the same training is in the cache already; for whoever holds the
/// cache's lock.</summary>
internal static class GatePreparer
{
    /// <summary>Part of the key: raise it when the trainer's result for the same input changes.</summary>
    private const string TrainerVersion = "1";

    private const string DraftPrefix = ".draft-";

    /// <returns>The gates' folder, or null when the catalogue gates no expert.</returns>
    public static PreparedFolder? Prepare(
        ExpertCatalogue catalogue,
        IReadOnlyDictionary<string, ImportedModel> bases,
        string cache,
        FolderPublisher publisher,
        Action<string> progress,
        Action beforeTraining)
    {
        var gated = catalogue.Experts.Where(e => e.IsGated).ToList();
        if (gated.Count == 0)
        {
            return null;
        }

        string key = ContentKey.Of([TrainerVersion, .. gated.SelectMany(Parts), .. bases.Select(b => b.Key + b.Value.Digest)]);
        string parent = Directory.CreateDirectory(Path.Combine(cache, "gates")).FullName;
        var (folder, source) = Cached(parent, key) ?? Train(gated, bases, parent, key, progress, beforeTraining);
        return publisher.Publish(folder, "the gates", (name, target) => HardLink.OrCopy(Path.Combine(source, name), target));
    }

    /// <summary>A folder of the cache is named by what it was trained from and by what it holds; one that holds something else goes.</summary>
    private static (PreparedFolder Folder, string Source)? Cached(string parent, string key)
    {
        foreach (string source in Directory.EnumerateDirectories(parent, $"{key}-*"))
        {
            var folder = Describe(source);
            if (Path.GetFileName(source) == NameOf(key, folder))
            {
                return (folder, source);
            }

            Directory.Delete(source, recursive: true);
        }

        return null;
    }

    private static (PreparedFolder Folder, string Source) Train(
        List<ExpertEntry> gated, IReadOnlyDictionary<string, ImportedModel> bases, string parent, string key, Action<string> progress, Action beforeTraining)
    {
        beforeTraining();
        progress($"training the gates of {gated.Count} experts");
        var set = new GateTrainingSet
        {
            Experts = [.. gated.Select(Taught)],
            Encodings = gated.Select(e => e.Base).Distinct().ToDictionary(b => b, b => Encoding(bases[b]), StringComparer.Ordinal),
        };
        foreach (string left in Directory.EnumerateDirectories(parent, DraftPrefix + "*"))
        {
            // Of a training that was killed: whoever trains holds the cache's lock.
            Directory.Delete(left, recursive: true);
        }

        string draft = Path.Combine(parent, DraftPrefix + key);
        GateTrainer.Train(set, draft);
        var folder = Describe(draft);
        string target = Path.Combine(parent, NameOf(key, folder));
        Directory.Move(draft, target);
        return (folder, target);
    }

    private static PreparedFolder Describe(string source) => PreparedFolder.Of(
        PreparedFolder.Gates,
        Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories).Select(path => PreparedFile.Describe(path, Path.GetRelativePath(source, path))));

    private static string NameOf(string key, PreparedFolder folder) => $"{key}-{folder.Path[(PreparedFolder.Gates.Length + 1)..]}";

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
