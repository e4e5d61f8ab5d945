using System.Runtime.InteropServices;

namespace ExpertCluster.Inference.Native;

/// <summary>One call of a kernel: its tensors and the session's threads.</summary>
internal readonly unsafe struct KernelContext(nint context)
{
    /// <summary>Whether the node has this optional input.</summary>
    public bool HasInput(int index) => NativeApi.GetInput(context, index) != 0;

    /// <summary>Throws where the tensor has another number of dimensions.</summary>
    public TensorView Input(int index, string name, int rank)
    {
        nint value = NativeApi.GetInput(context, index);
        var shape = NativeApi.GetShape(value);
        if (shape.Length != rank)
        {
            throw new ArgumentException($"{name} has {shape.Length} dimensions; it must have {rank}.");
        }

        return new TensorView(NativeApi.GetData(value), shape);
    }

    public TensorView Output(int index, ReadOnlySpan<long> shape) =>
        new(NativeApi.GetData(NativeApi.GetOutput(context, index, shape)), shape);

    /// <summary>
    /// Calls body(state, i) for i in 0..count-1 on the session's threads, in no order, and returns when all are done. The
    /// first failure is thrown here; state must be unmanaged memory that outlives the call.
    /// </summary>
    public void ParallelFor(int count, delegate*<void*, int, void> body, void* state)
    {
        var call = new ParallelCall { Body = body, State = state };
        NativeApi.ParallelFor(context, &ParallelCall.Invoke, count, &call);
        NativeApi.Check(call.Status);
    }

    private struct ParallelCall
    {
        public delegate*<void*, int, void> Body;
        public void* State;
        public nint Status;

        [UnmanagedCallersOnly]
        public static void Invoke(void* self, nuint index)
        {
            var call = (ParallelCall*)self;
            try
            {
                call->Body(call->State, (int)index);
            }
            catch (Exception failure)
            {
                nint status = NativeApi.ToStatus(failure);
                if (Interlocked.CompareExchange(ref call->Status, status, 0) != 0)
                {
                    NativeApi.ReleaseStatus(status);
                }
            }
        }
    }
}

/// <summary>A tensor's memory and shape, valid within one call.</summary>
internal readonly unsafe ref struct TensorView(void* data, ReadOnlySpan<long> shape)
{
    public ReadOnlySpan<long> Shape { get; } = shape;

    public byte* Bytes => (byte*)data;

    public float* Floats => (float*)data;

    public int* Ints => (int*)data;

    public int this[int dimension] => checked((int)Shape[dimension]);

    /// <summary>Throws unless the shape is the given one.</summary>
    public void Require(string name, params ReadOnlySpan<long> expected)
    {
        if (!Shape.SequenceEqual(expected))
        {
            throw new ArgumentException(
                $"{name} has the shape [{string.Join(", ", Shape.ToArray())}]; it must be [{string.Join(", ", expected.ToArray())}].");
        }
    }
}
