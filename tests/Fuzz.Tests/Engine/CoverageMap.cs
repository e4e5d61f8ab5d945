using System.Numerics;
using System.Runtime.InteropServices;
using SharpFuzz.Common;

namespace ExpertCluster.Fuzz.Engine;

/// <summary>
/// How often each way from one branch to the next was gone, in classes as AFL has them (once, twice, thrice, 4, 8, 16, 32, 128 times and
/// more): an input is interesting where it brings a class that none before it had.
/// </summary>
internal sealed unsafe class CoverageMap
{
    public const int Size = 1 << 16;

    private static readonly byte[] ClassOf = MakeClasses();

    private readonly byte* _counts;
    private readonly byte[] _seen = new byte[Size];

    /// <summary>From now on instrumented code counts here, and before it can't run at all. Never freed, as it may run until the process ends.</summary>
    public CoverageMap()
    {
        _counts = (byte*)NativeMemory.AllocZeroed(Size);
        Trace.SharedMem = _counts;
    }

    /// <summary>Ways that were gone by any input.</summary>
    public int Edges => Size - _seen.AsSpan().Count((byte)0);

    public void Clear()
    {
        new Span<byte>(_counts, Size).Clear();
        Trace.PrevLocation = 0;
    }

    /// <summary>Takes what was counted since <see cref="Clear"/>.</summary>
    /// <returns>Whether there is anything new in it.</returns>
    public bool Take()
    {
        bool isNew = false;
        var words = new ReadOnlySpan<ulong>(_counts, Size / sizeof(ulong));
        for (int i = 0; i < words.Length; i++)
        {
            for (ulong left = words[i]; left != 0;)
            {
                int place = BitOperations.TrailingZeroCount(left) / 8;
                left &= ~(0xFFUL << (place * 8));
                int at = (i * sizeof(ulong)) + place;
                byte level = ClassOf[_counts[at]];
                isNew |= (_seen[at] & level) == 0;
                _seen[at] |= level;
            }
        }

        return isNew;
    }

    private static byte[] MakeClasses()
    {
        byte[] classes = new byte[256];
        for (int count = 1; count < classes.Length; count++)
        {
            classes[count] = (byte)(1 << (count <= 3 ? count - 1 : count < 8 ? 3 : count < 16 ? 4 : count < 32 ? 5 : count < 128 ? 6 : 7));
        }

        return classes;
    }
}
