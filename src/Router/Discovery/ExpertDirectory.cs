using System.Collections.Concurrent;
using ExpertCluster.Fabric.Grains;
using Orleans;

namespace ExpertCluster.Router.Discovery;

/// <summary>
/// Where experts are, as the grains said. What is known keeps serving while the grains are asked anew, since the grains may
/// themselves be on a host that just died; a replica that somebody found wrong goes at once. Any number of requests that miss
/// share one question.
/// </summary>
internal sealed class ExpertDirectory(IGrainFactory grains)
{
    private readonly ConcurrentDictionary<string, Entry> _entries = new(StringComparer.Ordinal);

    /// <summary>The replicas of an expert of the catalogue; waits for the grains where none is known. Throws what the grain call throws.</summary>
    public async ValueTask<ExpertReplica[]> ResolveAsync(string expert, CancellationToken cancellation)
    {
        var entry = EntryOf(expert);
        return entry.Known is { Length: > 0 } known ? known : await entry.AskAsync(Ask(expert), cancellation);
    }

    /// <summary>What the grains say now.</summary>
    public Task<ExpertReplica[]> RefreshAsync(string expert, CancellationToken cancellation) =>
        EntryOf(expert).AskAsync(Ask(expert), cancellation);

    /// <summary>Replicas of these experts on that host are not what was said of them; the grains are asked who is.</summary>
    public void Drop(string host, IEnumerable<string> experts)
    {
        foreach (string expert in experts)
        {
            var entry = EntryOf(expert);
            entry.Drop(host);

            // Whoever needs the answer asks for it, and sees its failure.
            entry.AskAsync(Ask(expert), CancellationToken.None).ContinueWith(
                static task => _ = task.Exception, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }
    }

    private Entry EntryOf(string expert) => _entries.GetOrAdd(expert, static _ => new Entry());

    // Not on the caller's context: a grain call must not hold up the request thread that happened to ask first.
    private Func<Task<ExpertReplica[]>> Ask(string expert) =>
        () => Task.Run(() => grains.GetGrain<IExpertManagerGrain>(expert).GetReplicasAsync());

    /// <summary>One expert: what is known, and the question that is under way.</summary>
    private sealed class Entry
    {
        private readonly Lock _lock = new();
        private volatile ExpertReplica[] _known = [];
        private Task<ExpertReplica[]>? _question;

        public ExpertReplica[] Known => _known;

        public Task<ExpertReplica[]> AskAsync(Func<Task<ExpertReplica[]>> ask, CancellationToken cancellation)
        {
            lock (_lock)
            {
                // A failure must not stick: it is asked again by the next who needs it.
                if (_question is null or { IsCompleted: true })
                {
                    _question = AnswerAsync(ask);
                }

                return _question.WaitAsync(cancellation);
            }
        }

        public void Drop(string host)
        {
            lock (_lock)
            {
                _known = [.. _known.Where(r => r.Host != host)];
            }
        }

        private async Task<ExpertReplica[]> AnswerAsync(Func<Task<ExpertReplica[]>> ask)
        {
            var answer = await ask();
            lock (_lock)
            {
                _known = answer;
            }

            return answer;
        }
    }
}
