namespace ExpertCluster.Inference.Batching;

/// <summary>The free KV slots. For the loop alone.</summary>
internal sealed class SlotPool
{
    private readonly Stack<int> _free;

    public SlotPool(int slots)
    {
        Total = slots;
        _free = new Stack<int>(Enumerable.Range(0, slots).Reverse());
    }

    public int Total { get; }

    public int Free => _free.Count;

    public int Used => Total - Free;

    public void Take(Sequence sequence)
    {
        foreach (var branch in sequence.Branches)
        {
            branch.Slot = _free.Pop();
        }
    }

    public void Return(Sequence sequence)
    {
        foreach (var branch in sequence.Branches)
        {
            _free.Push(branch.Slot);
            branch.Slot = -1;
        }
    }
}
