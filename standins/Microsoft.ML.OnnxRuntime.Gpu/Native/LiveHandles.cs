namespace Microsoft.ML.OnnxRuntime.Native;

/// <summary>
/// How many native objects this binding holds: every SafeHandle counts itself in when it takes an object and out when it
/// releases it. For tests of leaks.
/// </summary>
internal static class LiveHandles
{
    private static long _count;

    public static long Count => Interlocked.Read(ref _count);

    /// <summary>Gives the object back, so that a handle takes and counts it in one expression.</summary>
    public static nint Opened(nint native)
    {
        if (native != 0)
        {
            Interlocked.Increment(ref _count);
        }

        return native;
    }

    /// <summary>Releases the object and counts it out.</summary>
    public static bool Release(int entry, nint native)
    {
        NativeMethods.Release(entry, native);
        Interlocked.Decrement(ref _count);
        return true;
    }
}
