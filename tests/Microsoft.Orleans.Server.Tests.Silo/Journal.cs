using System.Collections.Concurrent;

namespace Microsoft.Orleans.Server.Tests;

/// <summary>What grains did, for a test to read.</summary>
public sealed class Journal
{
    private readonly ConcurrentQueue<string> _entries = new();
    private readonly ConcurrentDictionary<string, TaskCompletionSource> _awaited = new();

    public IReadOnlyCollection<string> Entries => _entries;

    public void Add(string entry)
    {
        _entries.Enqueue(entry);
        Signal(entry).TrySetResult();
    }

    public int Count(string entry) => _entries.Count(item => item == entry);

    /// <summary>Ends once there is such an entry.</summary>
    public Task WaitAsync(string entry) => Signal(entry).Task;

    private TaskCompletionSource Signal(string entry) =>
        _awaited.GetOrAdd(entry, static _ => new(TaskCreationOptions.RunContinuationsAsynchronously));
}
