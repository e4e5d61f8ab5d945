namespace ExpertCluster.Inference.Stepping.Memory;

/// <summary>What a runner holds, to be given back at once in reverse order: at its end, or when its constructor fails midway.</summary>
internal sealed class Owned : IDisposable
{
    private readonly Stack<IDisposable> _held = [];

    public T Add<T>(T resource)
        where T : IDisposable
    {
        _held.Push(resource);
        return resource;
    }

    public void Dispose()
    {
        while (_held.TryPop(out var resource))
        {
            resource.Dispose();
        }
    }
}
