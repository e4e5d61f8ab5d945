using ExpertCluster.Inference.Native;

namespace ExpertCluster.Inference.Tests.Native;

/// <summary>Fails where its input says: 1 in the call itself, 2 in some of its parallel parts.</summary>
internal sealed unsafe class ThrowingOperator : CustomOperator
{
    private static readonly ElementType[] Types = [ElementType.Float];

    public override string Name => "Throwing";

    public override ReadOnlySpan<ElementType> Inputs => Types;

    public override ReadOnlySpan<ElementType> Outputs => Types;

    public override Kernel CreateKernel(KernelInfo info) => new ThrowingKernel();

    private sealed class ThrowingKernel : Kernel
    {
        public override void Compute(KernelContext context)
        {
            var x = context.Input(0, "x", 1);
            float* output = context.Output(0, x.Shape).Floats;
            if (x.Floats[0] == 1)
            {
                throw new InvalidOperationException("failed in the call");
            }

            output[0] = x.Floats[0];
            context.ParallelFor(64, &Part, output);
        }

        private static void Part(void* state, int part)
        {
            if (*(float*)state == 2 && part % 3 == 0)
            {
                throw new InvalidOperationException("failed in a part");
            }
        }
    }
}
