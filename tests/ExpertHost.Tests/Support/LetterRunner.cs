using ExpertCluster.Inference.Stepping;
using ExpertCluster.Models.Adapters;
using ExpertCluster.Reference;

namespace ExpertCluster.ExpertHost.Tests.Support;

/// <summary>
/// A model that writes letters: which one depends on position and adapters, so that an answer tells what carried it. Its steps can be
/// held up, or made to fail.
/// </summary>
internal sealed class LetterRunner : IStepRunner
{
    private readonly ManualResetEventSlim _open = new(initialState: true);
    private volatile TaskCompletionSource _entered = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _aborted;

    public int Slots => 32;

    public int ContextLength => 64;

    public int Vocabulary => RandomCheckpoint.Shape.Vocabulary;

    public int MaxRows => 96;

    public int AdaptersPerRow => 4;

    public int AdapterCapacity { get; init; } = 8;

    public int BlockPositions => 16;

    public int BlockBytes => 0;

    /// <summary>Steps fail from now on with this.</summary>
    public Exception? Failure { get; set; }

    /// <summary>Its logits are no numbers, as an adapter makes them whose products overflow.</summary>
    public bool Overflows { get; set; }

    public bool IsDisposed { get; private set; }

    /// <summary>Ends no step until <see cref="Release"/>.</summary>
    public void Hold()
    {
        _entered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _open.Reset();
    }

    /// <summary>Until a step waits.</summary>
    public Task EnteredAsync() => _entered.Task.WaitAsync(TestContext.Current.CancellationToken);

    public void Release() => _open.Set();

    public void CheckAdapter(AdapterWeights weights)
    {
    }

    public void LoadAdapter(int index, AdapterWeights weights)
    {
    }

    public void ReadBlock(int slot, int block, Span<byte> to)
    {
    }

    public void WriteBlock(int slot, int block, ReadOnlySpan<byte> from)
    {
    }

    public void Abort()
    {
        _aborted = true;
        _open.Set();
    }

    public void Run(StepBatch batch)
    {
        _entered.TrySetResult();
        _open.Wait();
        if ((_aborted ? new InvalidOperationException("aborted") : Failure) is { } failure)
        {
            throw failure;
        }

        for (int i = 0; i < batch.OutputCount; i++)
        {
            int row = batch.OutputRows[i];
            int letter = batch.Positions[row];
            for (int k = 0; k < AdaptersPerRow; k++)
            {
                letter += 3 * (batch.AdapterIndex[(row * AdaptersPerRow) + k] + 1);
            }

            var logits = batch.LogitsOf(i);
            logits.Clear();
            logits[Vocabulary - 256 + 'a' + (letter % 26)] = 20;
            if (Overflows)
            {
                logits.Fill(float.NaN);
            }
        }
    }

    public void Dispose() => IsDisposed = true;
}
