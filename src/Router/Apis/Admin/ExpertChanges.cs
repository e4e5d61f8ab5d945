using ExpertCluster.V1;

namespace ExpertCluster.Router.Apis.Admin;

/// <summary>What one watcher was told, and what to tell it next.</summary>
internal sealed class ExpertChanges
{
    private readonly Dictionary<string, ExpertStatus> _told = new(StringComparer.Ordinal);
    private bool _begun;

    /// <param name="now">All experts there are.</param>
    /// <returns>The next message; null: there is nothing new. The first one comes in any case.</returns>
    public WatchExpertsResponse? Next(IEnumerable<ExpertStatus> now)
    {
        var message = new WatchExpertsResponse { Complete = true };
        HashSet<string> names = new(StringComparer.Ordinal);
        int bytes = 0;
        foreach (var expert in now)
        {
            names.Add(expert.Name);
            if (_told.TryGetValue(expert.Name, out var told) && told.Equals(expert))
            {
                continue;
            }

            if (!Pages.HasRoom(message.Experts.Count, bytes, Pages.Most))
            {
                // Who is gone is told with the last message, once all names were seen.
                message.Complete = false;
                break;
            }

            message.Experts.Add(expert);
            bytes += expert.CalculateSize();
            _told[expert.Name] = expert;
        }

        if (message.Complete && names.Count < _told.Count)
        {
            message.Removed.Add(_told.Keys.Where(name => !names.Contains(name)).Order(StringComparer.Ordinal));
            foreach (string gone in message.Removed)
            {
                _told.Remove(gone);
            }
        }

        bool isNews = !_begun || message.Experts.Count > 0 || message.Removed.Count > 0;
        _begun = true;
        return isNews ? message : null;
    }
}
