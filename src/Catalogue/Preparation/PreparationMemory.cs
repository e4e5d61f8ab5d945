using ExpertCluster.Catalogue.Prepared;

namespace ExpertCluster.Catalogue.Preparation;

/// <summary>
/// What a preparation found out, for the next one: what has not changed since, by the times and sizes of its files, is not read again. What
/// stands as a URI is asked for again when its entry was. It holds no more than the last catalogue had.
/// </summary>
internal sealed class PreparationMemory
{
    private readonly Table<ImportedBase> _bases = new();
    private readonly Table<(PreparedFolder Folder, int Rank)> _adapters = new();
    private readonly Table<PreparedEncoder> _served = new();
    private readonly Dictionary<bool, (string Stamp, CachedEncoder Found)> _encoders = [];
    private readonly Dictionary<string, (string Key, PreparedFolder Folder)> _gates = new(StringComparer.Ordinal);

    public ImportedBase Base(BaseEntry entry, Func<ImportedBase> prepare) =>
        _bases.Get(entry.Name, StampOf(entry.Path, 0), f => f.Folder, prepare);

    /// <param name="what">Whose it is: an expert's, or a version's of one.</param>
    /// <param name="place">A folder, or a URI of one.</param>
    /// <param name="since">Of the expert's entry.</param>
    /// <param name="itsBase">That it must fit.</param>
    /// <param name="prepare">Where it is not known.</param>
    public (PreparedFolder Folder, int Rank) Adapter(
        string what, string place, long since, PreparedFolder itsBase, Func<(PreparedFolder Folder, int Rank)> prepare) =>
        _adapters.Get(what, $"{itsBase.Path} {StampOf(place, since)}", f => f.Folder, prepare);

    public PreparedEncoder Encoder(EncoderEntry entry, Func<PreparedEncoder> prepare) =>
        _served.Get(entry.Name, $"{entry.Task} {EncoderPreparer.StampOf(entry.Path)}", e => e.Folder, prepare);

    /// <summary>Of a gate.</summary>
    /// <param name="place">Of the encoder: a folder, or a URI of one.</param>
    /// <param name="classifies">Whether it is a classifier; of each the last is known.</param>
    /// <param name="prepare">Where it is not known: hashing a model takes longer than all the rest of a preparation that changes little.</param>
    public CachedEncoder Encoder(string place, bool classifies, Func<CachedEncoder> prepare)
    {
        string stamp = EncoderPreparer.StampOf(place);
        if (!_encoders.TryGetValue(classifies, out var known) || known.Stamp != stamp || !Directory.Exists(known.Found.Folder))
        {
            known = (stamp, prepare());
            _encoders[classifies] = known;
        }

        return known.Found;
    }

    /// <param name="user">Which gates; of each the last ones are known.</param>
    /// <param name="key">Of what they are trained from.</param>
    /// <param name="publish">Where they are not known; null: they were not trained.</param>
    public PreparedFolder? Gates(string user, string key, Func<PreparedFolder?> publish)
    {
        if (_gates.TryGetValue(user, out var known) && known.Key == key && Directory.Exists(known.Folder.Location))
        {
            return known.Folder;
        }

        _gates.Remove(user);
        if (publish() is not { } folder)
        {
            return null;
        }

        _gates.Add(user, (key, folder));
        return folder;
    }

    /// <summary>What the last preparation did not ask for.</summary>
    public void ForgetTheRest()
    {
        _bases.ForgetTheRest();
        _adapters.ForgetTheRest();
        _served.ForgetTheRest();
    }

    private static string StampOf(string place, long since) => SourceUri.Is(place) ? $"{since} {place}" : $"{place} {FileStamp.OfFolder(place)}";

    private sealed class Table<T>
    {
        private Dictionary<string, (string Stamp, T Found)> _found = new(StringComparer.Ordinal);
        private Dictionary<string, (string Stamp, T Found)> _asked = new(StringComparer.Ordinal);

        public T Get(string name, string stamp, Func<T, PreparedFolder> folderOf, Func<T> prepare)
        {
            // Somebody may have cleared the output meanwhile.
            var found = _found.TryGetValue(name, out var known) && known.Stamp == stamp && Directory.Exists(folderOf(known.Found).Location)
                ? known.Found
                : prepare();
            _asked[name] = (stamp, found);
            return found;
        }

        public void ForgetTheRest() => (_found, _asked) = (_asked, new(StringComparer.Ordinal));
    }
}
