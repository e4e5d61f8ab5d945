namespace ExpertCluster.Inference.Kernels.Elements;

/// <summary>How the numbers of a KV cache are stored; everything is computed in f32. The ids stand in no file.</summary>
public enum KvCacheType
{
    /// <summary>f32: what was computed, to the bit. 4 bytes a number.</summary>
    Float32 = 0,

    /// <summary>IEEE half precision: 2 bytes a number. Beyond ±65,504 it is ±65,504, below 2^-14 it is 0.</summary>
    Float16 = 1,

    /// <summary>8 bits, and a scale in f32 for each head and position: 1 byte a number and 4 bytes beside each head.</summary>
    Int8 = 2,
}
