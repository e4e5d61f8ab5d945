using System.Runtime.InteropServices;
using ExpertCluster.Inference.Stepping;
using ExpertCluster.Models.Adapters;

namespace ExpertCluster.Inference.Tests.Support;

/// <summary>
/// A runner whose logits are a hash of all tokens of the slot so far and of the adapters (by content) each of its rows
/// carried. It holds the engine to the runner's contract, and can be made to wait or to fail.
/// </summary>
internal sealed class HashRunner : IStepRunner
{
    private readonly ulong[][] _states;
    private readonly int[] _lengths;
    private readonly string?[] _digests;
    private readonly SemaphoreSlim _entered = new(0);
    private readonly SemaphoreSlim _permits = new(0);
    private readonly Lock _lock = new();
    private readonly HashSet<int> _inUse = [];
    private volatile bool _stepping;

    public HashRunner(int slots = 4, int contextLength = 64, int vocabulary = 32, int maxRows = 64, int adaptersPerRow = 2, int capacity = 4)
    {
        (Slots, ContextLength, Vocabulary, MaxRows) = (slots, contextLength, vocabulary, maxRows);
        (AdaptersPerRow, AdapterCapacity) = (adaptersPerRow, capacity);
        _states = [.. Enumerable.Range(0, slots).Select(_ => new ulong[contextLength])];
        _lengths = new int[slots];
        _digests = new string?[capacity];
    }

    public int Slots { get; }

    public int ContextLength { get; }

    public int Vocabulary { get; }

    public int MaxRows { get; }

    public int AdaptersPerRow { get; }

    public int AdapterCapacity { get; }

    public int BlockPositions => 4;

    public int BlockBytes => BlockPositions * sizeof(ulong);

    /// <summary>Rows of each step that ran.</summary>
    public List<int> StepRows { get; } = [];

    /// <summary>Digests in the order they were loaded.</summary>
    public List<string> Loads { get; } = [];

    /// <summary>Broken rules of the contract; empty in every good test.</summary>
    public List<string> Violations { get; } = [];

    /// <summary>Called in each step before anything else; what it throws, the step throws.</summary>
    public Action<StepBatch>? OnRun { get; set; }

    /// <summary>Called after the logits are filled.</summary>
    public Action<StepBatch>? OnRan { get; set; }

    /// <summary>Called before an adapter is put in place, on whichever thread does it.</summary>
    public Action<int, AdapterWeights>? OnLoad { get; set; }

    public Action<AdapterWeights>? OnCheck { get; set; }

    public Action? OnAbort { get; set; }

    public bool IsDisposed { get; private set; }

    /// <summary>From now on each step waits for a permit.</summary>
    public HashRunner Stepwise()
    {
        _stepping = true;
        return this;
    }

    /// <summary>Waits until the engine is inside a step.</summary>
    public Task EnteredAsync() => _entered.WaitAsync().WaitAsync(Requests.Watchdog);

    public void Permit(int steps = 1) => _permits.Release(steps);

    /// <summary>Lets the waiting step and all later ones run.</summary>
    public void RunFreely()
    {
        _stepping = false;
        Permit();
    }

    public void CheckAdapter(AdapterWeights weights) => OnCheck?.Invoke(weights);

    public void Abort() => OnAbort?.Invoke();

    public void LoadAdapter(int index, AdapterWeights weights)
    {
        OnLoad?.Invoke(index, weights);
        lock (_lock)
        {
            Check(!_inUse.Contains(index), $"index {index} is loaded while a step uses it");
            _digests[index] = weights.Digest;
            Loads.Add(weights.Digest);
        }
    }

    public void ReadBlock(int slot, int block, Span<byte> to)
    {
        Check((block + 1) * BlockPositions <= _lengths[slot], $"block {block} is read from slot {slot} of length {_lengths[slot]}");
        MemoryMarshal.AsBytes(BlockOf(slot, block)).CopyTo(to);
    }

    public void WriteBlock(int slot, int block, ReadOnlySpan<byte> from)
    {
        Check(block == 0 || block * BlockPositions == _lengths[slot], $"block {block} is put into slot {slot} of length {_lengths[slot]}");
        from.CopyTo(MemoryMarshal.AsBytes(BlockOf(slot, block)));
        _lengths[slot] = (block + 1) * BlockPositions;
    }

    public void Run(StepBatch batch)
    {
        if (_stepping)
        {
            _entered.Release();
            _permits.Wait();
        }

        Use(batch);
        OnRun?.Invoke(batch);
        StepRows.Add(batch.RowCount);
        Check(batch.RowCount is > 0 && batch.RowCount <= MaxRows, $"{batch.RowCount} rows");
        for (int row = 0; row < batch.RowCount; row++)
        {
            Advance(batch, row);
        }

        for (int n = 0; n < batch.OutputCount; n++)
        {
            Check(batch.OutputRows[n] >= 0 && batch.OutputRows[n] < batch.RowCount, $"output row {batch.OutputRows[n]}");
            Fill(batch.LogitsOf(n), StateOf(batch, batch.OutputRows[n]));
        }

        OnRan?.Invoke(batch);
        lock (_lock)
        {
            _inUse.Clear();
        }
    }

    public void Dispose() => IsDisposed = true;

    private static ulong Mix(ulong hash, ulong value)
    {
        hash = (hash ^ value) * 0x9E3779B97F4A7C15;
        hash = (hash ^ (hash >> 29)) * 0xBF58476D1CE4E5B9;
        return hash ^ (hash >> 32);
    }

    private static void Fill(Span<float> logits, ulong state)
    {
        for (int i = 0; i < logits.Length; i++)
        {
            logits[i] = ((Mix(state, (ulong)i + 1) >> 40) / (float)(1 << 21)) - 4;
        }
    }

    private Span<ulong> BlockOf(int slot, int block) => _states[slot].AsSpan(block * BlockPositions, BlockPositions);

    private void Use(StepBatch batch)
    {
        lock (_lock)
        {
            foreach (int index in batch.AdapterIndex.AsSpan(0, batch.RowCount * AdaptersPerRow))
            {
                _inUse.Add(index);
            }
        }
    }

    private ulong StateOf(StepBatch batch, int row) => _states[batch.Slots[row]][batch.Positions[row]];

    private void Advance(StepBatch batch, int row)
    {
        var (slot, position, token) = (batch.Slots[row], batch.Positions[row], batch.InputIds[row]);
        Check(slot >= 0 && slot < Slots, $"slot {slot}");
        Check(token >= 0 && token < Vocabulary, $"token {token}");
        Check(position <= _lengths[slot], $"position {position} in slot {slot} of length {_lengths[slot]}");
        ulong state = Mix(position == 0 ? 17 : _states[slot][position - 1], (ulong)token);
        for (int k = 0; k < AdaptersPerRow; k++)
        {
            int index = batch.AdapterIndex[(row * AdaptersPerRow) + k];
            float weight = batch.AdapterWeight[(row * AdaptersPerRow) + k];
            if (index >= 0 && weight != 0)
            {
                Check(_digests[index] is not null, $"adapter index {index} was never loaded");
                state = Mix(state, StableHash(_digests[index]!) ^ (ulong)(weight * 1000));
            }
        }

        _states[slot][position] = state;
        _lengths[slot] = position + 1;
    }

    private static ulong StableHash(string text) => text.Aggregate(14695981039346656037UL, (hash, c) => (hash ^ c) * 1099511628211);

    private void Check(bool condition, string violation)
    {
        if (!condition)
        {
            Violations.Add(violation);
            throw new InvalidOperationException(violation);
        }
    }
}
