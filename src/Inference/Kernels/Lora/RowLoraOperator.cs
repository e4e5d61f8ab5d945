using System.Runtime.InteropServices;
using ExpertCluster.Inference.Native;

namespace ExpertCluster.Inference.Kernels.Lora;

/// <summary>RowLora: adds each row's own weighted set of adapters to a projection. README.md has the contract.</summary>
internal sealed unsafe class RowLoraOperator : CustomOperator
{
    private static readonly ElementType[] InputTypes =
    [
        ElementType.Float, ElementType.Float, ElementType.UInt8, ElementType.UInt8, ElementType.Int32, ElementType.Int32, ElementType.Float,
    ];

    private static readonly ElementType[] OutputTypes = [ElementType.Float];

    /// <summary>[1, 0]: input 1 (y) and output 0 may share memory, which saves a copy. Read by the library at any time.</summary>
    private static readonly int* SharedIndices = CreateSharedIndices();

    /// <summary>The callback by which the library's memory planner learns of <see cref="SharedIndices"/>.</summary>
    public static delegate* unmanaged<int**, int**, nuint> MayShare => &GetMayShare;

    public override string Name => "RowLora";

    public override ReadOnlySpan<ElementType> Inputs => InputTypes;

    public override ReadOnlySpan<ElementType> Outputs => OutputTypes;

    public override Kernel CreateKernel(KernelInfo info) => new RowLoraKernel(info.GetInts("segments"));

    [UnmanagedCallersOnly]
    private static nuint GetMayShare(int** inputs, int** outputs)
    {
        *inputs = SharedIndices;
        *outputs = SharedIndices + 1;
        return 1;
    }

    private static int* CreateSharedIndices()
    {
        int* indices = (int*)NativeMemory.Alloc(2, sizeof(int));
        indices[0] = 1;
        indices[1] = 0;
        return indices;
    }
}
