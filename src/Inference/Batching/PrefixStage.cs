using ExpertCluster.Inference.Prefixes;
using ExpertCluster.Inference.Stepping;

namespace ExpertCluster.Inference.Batching;

/// <summary>
/// Reads shared prompt prefixes once: what any sequence has filled is kept in whole blocks, and a prompt that begins alike
/// starts behind them. Its rows are those that would have been computed, to the bit. For the loop alone.
/// </summary>
internal sealed class PrefixStage(IStepRunner runner, PrefixCache cache)
{
    private readonly int _block = runner.BlockPositions;

    public long Bytes => cache.Bytes;

    /// <summary>
    /// Moves a prompt over the blocks that are there and returns by how many positions. Also in the middle of a prompt:
    /// one that arrived together with others like it waits for its turn, and finds then what the first of them read.
    /// </summary>
    public int Extend(Sequence sequence)
    {
        int start = sequence.Filled;
        while (TryExtend(sequence))
        {
            sequence.Filled += _block;
        }

        sequence.Stream.CachedTokens += sequence.Filled - start;
        return sequence.Filled - start;
    }

    /// <summary>Keeps the blocks that a sequence has filled since it had this many positions.</summary>
    public void Keep(Sequence sequence, int filledBefore)
    {
        if (!IsFor(sequence))
        {
            return;
        }

        for (int block = filledBefore / _block; block < sequence.Filled / _block; block++)
        {
            var tokens = sequence.Tokens.Slice(block * _block, _block);
            foreach (var branch in sequence.Branches)
            {
                var key = branch.Chain!.Next(tokens);
                if (!cache.Contains(key))
                {
                    runner.ReadBlock(branch.Slot, block, cache.Add(key));
                }

                branch.Chain.Advance();
            }
        }
    }

    /// <summary>A sequence has ended well: it may be continued soon.</summary>
    public void Touch(Sequence sequence)
    {
        foreach (var branch in sequence.Branches)
        {
            if (branch.Chain is { } chain)
            {
                cache.Touch(chain.Keys);
            }
        }
    }

    // The last token of a prompt is always run: its logits are wanted.
    private bool TryExtend(Sequence sequence)
    {
        if (!sequence.InPrompt || sequence.Filled % _block != 0 || sequence.Filled + _block >= sequence.GivenLength || !IsFor(sequence))
        {
            return false;
        }

        var tokens = sequence.Tokens.Slice(sequence.Filled, _block);
        foreach (var branch in sequence.Branches)
        {
            if (!cache.Contains(branch.Chain!.Next(tokens)))
            {
                return false;
            }
        }

        foreach (var branch in sequence.Branches)
        {
            runner.WriteBlock(branch.Slot, sequence.Filled / _block, cache.Get(branch.Chain!.Next(tokens)));
            branch.Chain.Advance();
        }

        return true;
    }

    private bool IsFor(Sequence sequence) => cache.IsEnabled && Array.TrueForAll(sequence.Branches, branch => branch.Chain is not null);
}
