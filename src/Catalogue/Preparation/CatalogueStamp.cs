using System.Text;

namespace ExpertCluster.Catalogue.Preparation;

/// <summary>
/// Whether anything may have changed that a catalogue is prepared from, by the sizes and times of its file and of all local files that it names: cheap, so
/// that it can be asked every second. What stands as a URI is not asked for.
/// </summary>
/// <param name="config">The catalogue file.</param>
public sealed class CatalogueStamp(string config)
{
    private string _ofFile = "";
    private ExpertCatalogue? _catalogue;

    /// <summary>Equal as long as nothing changed.</summary>
    public string Read()
    {
        var stamp = new StringBuilder();
        Append(stamp, config);
        string ofFile = stamp.ToString();
        if (ofFile != _ofFile)
        {
            _ofFile = ofFile;
            _catalogue = TryLoad();
        }

        foreach (var entry in _catalogue?.Bases ?? [])
        {
            AppendFolder(stamp, entry.Path);
        }

        foreach (string model in new[] { _catalogue?.Gate.Encoder, _catalogue?.Gate.Classifier }.OfType<string>().Concat(_catalogue?.Encoders.Select(e => e.Path) ?? []))
        {
            stamp.Append(EncoderPreparer.StampOf(model)).Append('\n');
        }

        foreach (var expert in _catalogue?.Experts ?? [])
        {
            foreach (string adapter in new[] { expert.Adapter, expert.Canary?.Adapter, expert.Shadow?.Adapter }.OfType<string>())
            {
                AppendFolder(stamp, adapter);
            }

            if (expert.Examples is { } examples)
            {
                Append(stamp, examples);
            }
        }

        return stamp.ToString();
    }

    private ExpertCatalogue? TryLoad()
    {
        try
        {
            return CatalogueFile.Load(config);
        }
        catch (Exception error) when (error is CatalogueException or IOException or UnauthorizedAccessException)
        {
            // Whoever prepares says what is wrong; until the file changes there is nothing else to look at.
            return null;
        }
    }

    private static void AppendFolder(StringBuilder stamp, string folder)
    {
        if (!SourceUri.Is(folder))
        {
            stamp.Append(FileStamp.OfFolder(folder)).Append('\n');
        }
    }

    private static void Append(StringBuilder stamp, string path) => stamp.Append(path).Append(' ').Append(FileStamp.Of(path)).Append('\n');
}
