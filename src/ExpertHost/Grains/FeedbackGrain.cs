using System.Text.Json;
using ExpertCluster.Fabric.Grains;
using ExpertCluster.Node.Storage;
using Orleans;
using Orleans.Runtime;

namespace ExpertCluster.ExpertHost.Grains;

/// <summary>A part of what callers said of their answers.</summary>
internal sealed class FeedbackGrain([PersistentState("feedback", GrainStores.Cluster)] IPersistentState<StoredFeedback> stored) : Grain, IFeedbackGrain
{
    private List<FeedbackEntry> _entries = [];

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        // One that can't be read is not taken for an empty one: the next entry would write over it.
        _entries = stored.RecordExists && stored.State.Document.Length > 0 ? JsonSerializer.Deserialize<List<FeedbackEntry>>(stored.State.Document)! : [];
        return Task.CompletedTask;
    }

    public async Task AddAsync(FeedbackEntry entry)
    {
        var next = _entries.Where(e => e.RequestId != entry.RequestId).Append(entry).TakeLast(IFeedbackGrain.MostEntries).ToList();
        try
        {
            stored.State.Document = JsonSerializer.Serialize(next);
            await stored.WriteStateAsync();
            _entries = next;
        }
        catch
        {
            // Whether it was written is not known: the next activation reads what is there.
            DeactivateOnIdle();
            throw;
        }
    }

    public Task<FeedbackEntry[]> ListAsync() => Task.FromResult(_entries.ToArray());
}

/// <summary>As it lies in the store: a document of our own, whatever the store makes of records.</summary>
[GenerateSerializer]
[Alias("expertcluster.StoredFeedback")]
internal sealed class StoredFeedback
{
    [Id(0)]
    public string Document { get; set; } = "";
}
