using System.Buffers;

namespace ExpertCluster.Text.Bounds;

/// <summary>Arrays of the shared pool, but for large ones: the pool would keep those of the longest text ever met, rounded up, for each thread.</summary>
internal static class LargeArrays<T>
{
    private const int LargestPooled = 1 << 18;

    public static T[] Rent(int least) => least <= LargestPooled ? ArrayPool<T>.Shared.Rent(least) : new T[least];

    public static void Return(T[] array)
    {
        if (array.Length <= LargestPooled)
        {
            ArrayPool<T>.Shared.Return(array);
        }
    }
}
