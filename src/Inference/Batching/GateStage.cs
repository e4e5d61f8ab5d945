using ExpertCluster.Inference.Adapters;
using ExpertCluster.Inference.Errors;
using ExpertCluster.Inference.Generation;
using ExpertCluster.Inference.Stepping;

namespace ExpertCluster.Inference.Batching;

/// <summary>Lets the row gates of a composed step choose: one batch a scorer, then one choice a row.</summary>
internal sealed class GateStage(StepBatch batch)
{
    private readonly List<ScorerBatch> _batches = [];
    private readonly WeightedAdapter[] _chosen = new WeightedAdapter[batch.AdaptersPerRow];
    private float[] _weights = [];
    private int _used;

    /// <summary>
    /// Fills what the gated rows carry, and leaves in each branch's Mix what its last row carries. False where a gate or
    /// a scorer failed: then fail was called for each sequence concerned, and the step must be composed again.
    /// </summary>
    public bool Run(List<StepEntry> entries, Action<Sequence, GateFailedException> fail)
    {
        Collect(entries);
        bool succeeded = true;
        for (int i = 0; i < _used; i++)
        {
            bool scored = TryScore(_batches[i], fail);
            succeeded &= scored && Choose(_batches[i], fail);
            _batches[i].Clear();
        }

        return succeeded;
    }

    private void Collect(List<StepEntry> entries)
    {
        _used = 0;
        foreach (var entry in entries)
        {
            var sequence = entry.Sequence;
            for (int b = 0; b < sequence.Branches.Length; b++)
            {
                var branch = sequence.Branches[b];
                if (branch.Gate is not null)
                {
                    int behind = branch.Gate.IsSticky ? sequence.Filled - branch.Settled : 0;
                    BatchOf(branch.Gate.Scorer).Add(new ScoredRows(entry, branch, entry.RowOf(b), sequence.Filled - behind, entry.Count + behind, behind));
                }
            }

            if (sequence.BranchGate is { } weigher && entry.Outputs > 0)
            {
                int first = entry.Count - entry.Outputs;
                BatchOf(weigher.Scorer).Add(new ScoredRows(entry, Branch: null, entry.FirstRow + first, sequence.Filled + first, entry.Outputs));
            }
        }
    }

    private ScorerBatch BatchOf(IRowScorer scorer)
    {
        for (int i = 0; i < _used; i++)
        {
            if (ReferenceEquals(_batches[i].Scorer, scorer))
            {
                return _batches[i];
            }
        }

        if (_used == _batches.Count)
        {
            _batches.Add(new ScorerBatch());
        }

        var next = _batches[_used++];
        next.Begin(scorer);
        return next;
    }

    private static bool TryScore(ScorerBatch scored, Action<Sequence, GateFailedException> fail)
    {
        try
        {
            scored.Score();
            return true;
        }
        catch (Exception error)
        {
            foreach (var item in scored.Items)
            {
                fail(item.Entry.Sequence, new GateFailedException($"the row scorer failed: {error.Message}", error));
            }

            return false;
        }
    }

    private bool Choose(ScorerBatch scored, Action<Sequence, GateFailedException> fail)
    {
        bool succeeded = true;
        int n = 0;
        foreach (var item in scored.Items)
        {
            try
            {
                var before = item.Branch?.Before;
                for (int i = 0; i < item.Count; i++)
                {
                    var scores = scored.ScoresOf(n + i);
                    if (item.Branch is not { } branch)
                    {
                        Weigh(item.Entry.Sequence, i, scores);
                        continue;
                    }

                    before = Choose(branch, scores, before);
                    if (i >= item.Behind)
                    {
                        branch.Choose(before, i - item.Behind, item.Entry.Count, item.Entry.Outputs);
                        batch.SetMix(item.FirstRow + i - item.Behind, before);
                    }
                }
            }
            catch (Exception error)
            {
                fail(item.Entry.Sequence, error as GateFailedException ?? new GateFailedException($"the row gate failed: {error.Message}", error));
                succeeded = false;
            }

            n += item.Count;
        }

        return succeeded;
    }

    private void Weigh(Sequence sequence, int output, ReadOnlySpan<float> scores)
    {
        var branches = sequence.Branches;
        if (_weights.Length < branches.Length)
        {
            _weights = new float[branches.Length];
        }

        var weights = _weights.AsSpan(0, branches.Length);
        weights.Clear();
        sequence.BranchGate!.Weigh(scores, weights);
        float total = 0f;
        foreach (float weight in weights)
        {
            total += weight >= 0 ? weight : float.NaN;
        }

        if (!(total > 0 && float.IsFinite(total)))
        {
            throw new GateFailedException("the branch gate's weights must be finite, not negative, and not all 0");
        }

        for (int b = 0; b < branches.Length; b++)
        {
            branches[b].Weigh(output, weights[b] / total);
        }
    }

    private RowMix Choose(BranchState branch, ReadOnlySpan<float> scores, RowMix? before)
    {
        var gate = branch.Gate!;
        int count = gate.IsSticky ? gate.Choose(scores, before?.Experts, _chosen) : gate.Choose(scores, _chosen);
        if (count < 0 || count > _chosen.Length)
        {
            throw new GateFailedException($"the row gate chose {count} adapters; it must be from 0 to {_chosen.Length}");
        }

        var chosen = _chosen.AsSpan(0, count);
        float total = 0f;
        foreach (var (adapter, weight) in chosen)
        {
            if (adapter is not null && !AdapterStore.IsPinned(adapter))
            {
                throw new GateFailedException($"the row gate chose adapter '{adapter.Name}', which is none of those it listed");
            }

            total += weight >= 0 ? weight : float.NaN;
        }

        if (count > 0 && !(total > 0 && float.IsFinite(total)))
        {
            throw new GateFailedException("the row gate's weights must be finite, not negative, and not all 0");
        }

        return before?.Is(chosen) == true ? before : branch.Mix.Is(chosen) ? branch.Mix : RowMix.Create(chosen);
    }
}
