using System.Collections.Concurrent;

namespace Microsoft.Orleans.Server.Tests;

/// <summary>What grains did, for a test to read.</summary>
public sealed class Journal
{
    private readonly ConcurrentQueue<string> _entries = new();

    public IReadOnlyCollection<string> Entries => _entries;

    public void Add(string entry) => _entries.Enqueue(entry);

    public int Count(string entry) => _entries.Count(item => item == entry);
}
