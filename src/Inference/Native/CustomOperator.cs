namespace ExpertCluster.Inference.Native;

/// <summary>An operator that a graph may name. One instance serves the process; kernels are made per graph node.</summary>
internal abstract class CustomOperator
{
    public abstract string Name { get; }

    public abstract ReadOnlySpan<ElementType> Inputs { get; }

    /// <summary>How many of the inputs, from the first on, every node must have.</summary>
    public virtual int RequiredInputs => Inputs.Length;

    public abstract ReadOnlySpan<ElementType> Outputs { get; }

    /// <summary>Throws an ArgumentException that names the attribute where the node's attributes are wrong.</summary>
    public abstract Kernel CreateKernel(KernelInfo info);
}

/// <summary>One node of a graph. Runs may overlap, so a kernel keeps no state of a run.</summary>
internal abstract class Kernel
{
    /// <summary>Throws an ArgumentException that names the tensor where shapes or values are wrong.</summary>
    public abstract void Compute(KernelContext context);
}

/// <summary>Values of ONNXTensorElementDataType.</summary>
internal enum ElementType
{
    Float = 1,
    UInt8 = 2,
    Int32 = 6,
}
