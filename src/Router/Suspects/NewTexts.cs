namespace ExpertCluster.Router.Suspects;

/// <summary>
/// Texts that no host has given a token of yet. One that is sent many times in a moment stays with the host that has it first until that gives a token of it: what hosts
/// die of costs this one, not each. Copies for the same host go on, others wait, at most <see cref="Patience"/> from the first one's start. Goes by hashes; bounded.
/// </summary>
internal sealed class NewTexts(TimeProvider time)
{
    /// <summary>A first token that takes longer waits for a slot or a file; others need not wait for it too.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    /// <summary>Texts beyond these are taken for proven: there is no room to remember who has them.</summary>
    private const int MostNew = 4096;

    private const int MostProven = 4096;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Entry> _new = new(StringComparer.Ordinal);
    private readonly HashSet<string> _proven = new(StringComparer.Ordinal);
    private readonly Queue<string> _oldest = new();

    /// <summary>Before a host is given a text. Where the result is true, <see cref="Prove"/> or <see cref="Leave"/> follows.</summary>
    /// <param name="hash">Of the text.</param>
    /// <param name="host">That was chosen.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>False: another host had it, and the wait for that is over; a host is to be chosen anew.</returns>
    public async Task<bool> TryEnterAsync(string hash, string host, CancellationToken cancellation)
    {
        Task proven;
        TimeSpan left;
        lock (_lock)
        {
            if (_proven.Contains(hash))
            {
                return true;
            }

            if (!_new.TryGetValue(hash, out var entry))
            {
                if (_new.Count < MostNew)
                {
                    _new.Add(hash, new Entry(host, time.GetTimestamp()) { Copies = 1 });
                }

                return true;
            }

            left = Patience - time.GetElapsedTime(entry.Since);
            if (entry.Host == host || left <= TimeSpan.Zero)
            {
                entry.Copies++;
                return true;
            }

            proven = entry.Ended.Task;
        }

        try
        {
            await proven.WaitAsync(left, time, cancellation);
        }
        catch (TimeoutException)
        {
            // It goes to whichever host is chosen next.
        }

        return false;
    }

    /// <summary>A host gave a token of it: any host may have it from now on.</summary>
    public void Prove(string hash)
    {
        lock (_lock)
        {
            if (_proven.Add(hash))
            {
                _oldest.Enqueue(hash);
                if (_oldest.Count > MostProven)
                {
                    _proven.Remove(_oldest.Dequeue());
                }
            }

            End(hash);
        }
    }

    /// <summary>A copy ended without a token.</summary>
    public void Leave(string hash)
    {
        lock (_lock)
        {
            if (_new.TryGetValue(hash, out var entry) && --entry.Copies == 0)
            {
                End(hash);
            }
        }
    }

    private void End(string hash)
    {
        if (_new.Remove(hash, out var entry))
        {
            entry.Ended.SetResult();
        }
    }

    /// <param name="Host">That has it.</param>
    /// <param name="Since">It was given the first copy.</param>
    private sealed record Entry(string Host, long Since)
    {
        public TaskCompletionSource Ended { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>On their way.</summary>
        public int Copies { get; set; }
    }
}
