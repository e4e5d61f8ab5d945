using ExpertCluster.Catalogue.Prepared;
using ExpertCluster.Catalogue.Sources;
using ExpertCluster.Catalogue.Store;
using ExpertCluster.Models.Checkpoints;
using ExpertCluster.Models.Import;
using ExpertCluster.Text.Bounds;
using ExpertCluster.Text.Chat;
using ExpertCluster.Text.Chat.Diagnostics;
using ExpertCluster.Text.Tokenization;
using ExpertCluster.Text.Tokenization.Loading;

namespace ExpertCluster.Catalogue.Preparation;

/// <summary>Imports a catalogue's bases into the cache and links them from the prepared folder.</summary>
internal sealed class BasePreparer(string cache, CacheUse use, FolderPublisher publisher, Action<string> progress)
{
    /// <summary>
    /// What is fetched of a base: checkpoints and imported folders have all of theirs at the top. Repositories often hold the same
    /// weights a second time, as PyTorch's own files or as Mistral's.
    /// </summary>
    public static bool Needs(string file) =>
        !file.Contains('/', StringComparison.Ordinal)
        && !file.StartsWith("consolidated.", StringComparison.Ordinal)
        && (Path.GetExtension(file) is ".safetensors" or ".json" or ".jinja" or ".onnx" || file == "weights.bin");

    /// <returns>The base where it was published.</returns>
    /// <exception cref="CatalogueException">Its text can't be used, or it can't be published.</exception>
    /// <exception cref="CheckpointException">It can't be imported.</exception>
    public ImportedBase Prepare(BaseEntry entry)
    {
        try
        {
            return PrepareUnchecked(entry);
        }
        catch (Exception error) when (error is ChatTemplateException or TokenizerFormatException)
        {
            throw new CatalogueException($"base {entry.Name}: {error.Message.ReplaceLineEndings(" ")}", error);
        }
        catch (TextLimitException limit)
        {
            throw new CatalogueException($"base {entry.Name}: tokenizer.json {limit.Message}", limit);
        }
    }

    private ImportedBase PrepareUnchecked(BaseEntry entry)
    {
        SourceFiles.RequireRegular(entry.Path, $"base {entry.Name}");
        if (ImportedModel.IsImported(entry.Path))
        {
            // Imported by who knows whom: an import of ours tries the tokenizer by itself.
            var imported = ImportedModel.Open(entry.Path);
            TokenizerProbe.Check(Tokenizer.Load(imported, ImportedModel.TokenizerFile));
            return Publish(entry, imported);
        }

        string target = Path.Combine(cache, CacheUse.Bases, ModelImporter.ContentKey(entry.Path, new ImportOptions()));
        try
        {
            var made = Publish(entry, Import(entry, target));
            use.Mark(entry.Name, target);
            return made;
        }
        catch (Exception error) when (error is CatalogueException or CheckpointException && Directory.Exists(target))
        {
            // What is in the cache can be had again; the second try says what is really wrong.
            progress($"base {entry.Name}: the import in the cache can't be used; it is imported again");
            Directory.Delete(target, recursive: true);
            var made = Publish(entry, Import(entry, target));
            use.Mark(entry.Name, target);
            return made;
        }
    }

    private ImportedModel Import(BaseEntry entry, string target)
    {
        if (Directory.Exists(target))
        {
            // Its content is compared when it is published.
            return ImportedModel.Open(target, verifyContent: false);
        }

        progress($"importing base {entry.Name}");
        string parent = Directory.CreateDirectory(Path.GetDirectoryName(target)!).FullName;
        foreach (string left in Directory.EnumerateDirectories(parent, $".{Path.GetFileName(target)}.*"))
        {
            // Of an import that was killed: whoever writes one holds the cache's lock.
            Directory.Delete(left, recursive: true);
        }

        return ModelImporter.Import(entry.Path, target, new ImportOptions());
    }

    private ImportedBase Publish(BaseEntry entry, ImportedModel model)
    {
        var files = model.Files.Select(f => new PreparedFile(f.Name, f.Bytes, f.Sha256));
        var folder = publisher.Publish(
            PreparedFolder.Of(PreparedFolder.Bases, files),
            $"base {entry.Name}",
            (name, target) => HardLink.OrCopy(SourceFiles.Real(model.Directory, name, $"base {entry.Name}"), target));
        var published = ImportedModel.Open(folder.Location, verifyContent: false);

        // Read and tried here once, so that a template that can't be used is told now and not by a host. Prompts need none.
        var template = FoundTemplate.In(published);
        if (template.Problem is { } problem)
        {
            progress($"base {entry.Name} takes prompts only, as its chat template can't be used: {problem}");
        }

        template.Template?.Probe();
        return new ImportedBase(folder, published);
    }
}
