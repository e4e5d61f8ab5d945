using System.Runtime.InteropServices;
using System.Runtime.InteropServices.Marshalling;

namespace ExpertCluster.Inference.Native;

/// <summary>
/// OrtCustomOp of onnxruntime_c_api.h, with our operator behind it: the library hands the structure back to each
/// callback, and reads no further than its own last field. Allocated once per operator and never freed, since sessions
/// keep the address.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct OperatorTable
{
    // ONNX_TENSOR_ELEMENT_DATA_TYPE_UNDEFINED.
    private const int Undefined = 0;

    private uint _version;
    private delegate* unmanaged<nint, nint, nint, nint> _createKernel;
    private delegate* unmanaged<OperatorTable*, byte*> _getName;
    private delegate* unmanaged<OperatorTable*, nint> _getExecutionProvider;
    private delegate* unmanaged<OperatorTable*, nuint, int> _getInputType;
    private delegate* unmanaged<OperatorTable*, nuint> _getInputCount;
    private delegate* unmanaged<OperatorTable*, nuint, int> _getOutputType;
    private delegate* unmanaged<OperatorTable*, nuint> _getOutputCount;
    private delegate* unmanaged<nint, nint, void> _compute;
    private delegate* unmanaged<nint, void> _destroyKernel;
    private delegate* unmanaged<OperatorTable*, nuint, int> _getInputCharacteristic;
    private delegate* unmanaged<OperatorTable*, nuint, int> _getOutputCharacteristic;
    private delegate* unmanaged<OperatorTable*, nuint, int> _getInputMemoryType;
    private delegate* unmanaged<OperatorTable*, int> _getVariadicInputMinimum;
    private delegate* unmanaged<OperatorTable*, int> _getVariadicInputHomogeneity;
    private delegate* unmanaged<OperatorTable*, int> _getVariadicOutputMinimum;
    private delegate* unmanaged<OperatorTable*, int> _getVariadicOutputHomogeneity;
    private delegate* unmanaged<OperatorTable*, nint, nint, nint*, nint> _createKernelV2;
    private delegate* unmanaged<nint, nint, nint> _computeV2;
    private nint _inferShapes;
    private delegate* unmanaged<OperatorTable*, int> _getStartVersion;
    private delegate* unmanaged<OperatorTable*, int> _getEndVersion;
    private delegate* unmanaged<int**, int**, nuint> _getMayInplace;
    private delegate* unmanaged<int*, int*, void> _releaseMayInplace;
    private nint _getAliasMap;
    private nint _releaseAliasMap;

    // Ours, behind what the library knows.
    private byte* _name;
    private GCHandle _operator;

    // Copies, so that the callbacks that return no status run nothing that could throw.
    private int* _inputTypes;
    private int* _outputTypes;
    private nuint _inputCount;
    private nuint _requiredInputs;
    private nuint _outputCount;

    /// <param name="operator">Kept alive for ever.</param>
    /// <param name="mayShare">The operator's callback for inputs and outputs that may share memory: the library passes it no operator. Null for none.</param>
    public static OperatorTable* Create(CustomOperator @operator, delegate* unmanaged<int**, int**, nuint> mayShare)
    {
        var table = (OperatorTable*)NativeMemory.AllocZeroed((nuint)sizeof(OperatorTable));
        table->_name = Utf8StringMarshaller.ConvertToUnmanaged(@operator.Name);
        table->_operator = GCHandle.Alloc(@operator);
        table->_inputTypes = Copy(@operator.Inputs);
        table->_inputCount = (nuint)@operator.Inputs.Length;
        table->_outputTypes = Copy(@operator.Outputs);
        table->_outputCount = (nuint)@operator.Outputs.Length;
        table->_requiredInputs = (nuint)@operator.RequiredInputs;
        table->_version = NativeApi.Version;
        table->_getName = &GetName;
        table->_getExecutionProvider = &GetExecutionProvider;
        table->_getInputType = &GetInputType;
        table->_getInputCount = &GetInputCount;
        table->_getOutputType = &GetOutputType;
        table->_getOutputCount = &GetOutputCount;
        table->_destroyKernel = &DestroyKernel;
        table->_getInputCharacteristic = &GetInputCharacteristic;
        table->_getOutputCharacteristic = &Zero;
        table->_getInputMemoryType = &Zero;
        table->_getVariadicInputMinimum = &One;
        table->_getVariadicInputHomogeneity = &One;
        table->_getVariadicOutputMinimum = &One;
        table->_getVariadicOutputHomogeneity = &One;
        table->_createKernelV2 = &CreateKernel;
        table->_computeV2 = &Compute;
        table->_getStartVersion = &One;
        table->_getEndVersion = &Last;
        table->_getMayInplace = mayShare;
        table->_releaseMayInplace = mayShare == null ? null : &ReleaseMayShare;
        return table;
    }

    [UnmanagedCallersOnly]
    private static nint CreateKernel(OperatorTable* self, nint api, nint info, nint* kernel)
    {
        try
        {
            *kernel = GCHandle.ToIntPtr(GCHandle.Alloc(self->Operator.CreateKernel(new KernelInfo(info))));
            return 0;
        }
        catch (Exception failure)
        {
            return NativeApi.ToStatus(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static nint Compute(nint kernel, nint context)
    {
        try
        {
            ((Kernel)GCHandle.FromIntPtr(kernel).Target!).Compute(new KernelContext(context));
            return 0;
        }
        catch (Exception failure)
        {
            return NativeApi.ToStatus(failure);
        }
    }

    [UnmanagedCallersOnly]
    private static void DestroyKernel(nint kernel)
    {
        // Freeing a handle that is none throws; there is no status to return it by.
        if (kernel != 0)
        {
            GCHandle.FromIntPtr(kernel).Free();
        }
    }

    [UnmanagedCallersOnly]
    private static byte* GetName(OperatorTable* self) => self->_name;

    // Null stands for the CPU.
    [UnmanagedCallersOnly]
    private static nint GetExecutionProvider(OperatorTable* self) => 0;

    [UnmanagedCallersOnly]
    private static int GetInputType(OperatorTable* self, nuint index) => index < self->_inputCount ? self->_inputTypes[index] : Undefined;

    [UnmanagedCallersOnly]
    private static nuint GetInputCount(OperatorTable* self) => self->_inputCount;

    // 0 is required, 1 is optional.
    [UnmanagedCallersOnly]
    private static int GetInputCharacteristic(OperatorTable* self, nuint index) => index < self->_requiredInputs ? 0 : 1;

    [UnmanagedCallersOnly]
    private static int GetOutputType(OperatorTable* self, nuint index) => index < self->_outputCount ? self->_outputTypes[index] : Undefined;

    [UnmanagedCallersOnly]
    private static nuint GetOutputCount(OperatorTable* self) => self->_outputCount;

    [UnmanagedCallersOnly]
    private static int Zero(OperatorTable* self, nuint index) => 0;

    [UnmanagedCallersOnly]
    private static int One(OperatorTable* self) => 1;

    [UnmanagedCallersOnly]
    private static int Last(OperatorTable* self) => int.MaxValue;

    // The index arrays are the operator's and live for ever.
    [UnmanagedCallersOnly]
    private static void ReleaseMayShare(int* inputs, int* outputs)
    {
    }

    private static int* Copy(ReadOnlySpan<ElementType> types)
    {
        int* copy = (int*)NativeMemory.Alloc((nuint)types.Length, sizeof(int));
        MemoryMarshal.Cast<ElementType, int>(types).CopyTo(new Span<int>(copy, types.Length));
        return copy;
    }

    private readonly CustomOperator Operator => (CustomOperator)_operator.Target!;
}
