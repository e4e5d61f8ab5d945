using ExpertCluster.Inference.Kernels.Elements;

namespace ExpertCluster.Inference.Kernels.Attention;

/// <summary>
/// What one slot's and one head's part of a cache looks like: first the scales of all its positions, f32, where the type has
/// them; then the numbers of all its positions. Sizes are in bytes.
/// </summary>
internal readonly struct CacheLayout
{
    private static readonly KvCacheType[] Types = Enum.GetValues<KvCacheType>();

    public CacheLayout(KvCacheType type, int headDimension, int capacity)
    {
        (Type, HeadDimension, Capacity) = (type, headDimension, capacity);
        (ElementSize, ScaleSize) = type switch
        {
            KvCacheType.Float32 => (FloatElement.Size, 0),
            KvCacheType.Float16 => (HalfElement.Size, 0),
            KvCacheType.Int8 => (ByteElement.Size, sizeof(float)),
            _ => throw new ArgumentOutOfRangeException(nameof(type), type, "There is no such type of cache."),
        };
    }

    public KvCacheType Type { get; }

    public int HeadDimension { get; }

    /// <summary>Positions of a slot.</summary>
    public int Capacity { get; }

    public int ElementSize { get; }

    public int ScaleSize { get; }

    /// <summary>One position of one head: the last dimension of a cache's tensor.</summary>
    public int PositionSize => (HeadDimension * ElementSize) + ScaleSize;

    public long HeadSize => (long)Capacity * PositionSize;

    /// <summary>Where the numbers of a position of a head begin, or those of its block in a cache of keys.</summary>
    public long ElementsAt(int position) => ((long)Capacity * ScaleSize) + ((long)position * HeadDimension * ElementSize);

    /// <summary>
    /// Reads the type off the last dimension of a cache's tensor. With 4 numbers a head, 8 bytes could be f16 and int8: they are f16.
    /// </summary>
    /// <exception cref="ArgumentException">It fits no type.</exception>
    public static CacheLayout Of(int positionSize, int headDimension, int capacity)
    {
        foreach (var type in Types)
        {
            var layout = new CacheLayout(type, headDimension, capacity);
            if (layout.PositionSize == positionSize)
            {
                return layout;
            }
        }

        throw new ArgumentException(
            $"key_cache: a head's position has {positionSize} bytes; with {headDimension} numbers it must have "
            + $"{headDimension * FloatElement.Size} (f32), {headDimension * HalfElement.Size} (f16) or {headDimension + sizeof(float)} (int8).");
    }
}
