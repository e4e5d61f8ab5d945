namespace ExpertCluster.Inference.Kernels.Elements;

/// <summary>How the numbers of resident adapters are stored; everything is computed in f32. The ids stand in no file.</summary>
public enum AdapterType
{
    /// <summary>f32: as given, to the bit. 4 bytes a number.</summary>
    Float32 = 0,

    /// <summary>Half precision: 2 bytes a number. Numbers up to 255.875 in size; below 2^-22 they are 0.</summary>
    Float16 = 1,
}
