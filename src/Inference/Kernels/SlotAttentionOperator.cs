using ExpertCluster.Inference.Native;

namespace ExpertCluster.Inference.Kernels;

/// <summary>
/// SlotAttention: rotary embedding and causal attention over KV slots, decode rows and prompt chunks mixed. README.md has
/// the contract.
/// </summary>
internal sealed class SlotAttentionOperator : CustomOperator
{
    private static readonly ElementType[] InputTypes =
    [
        ElementType.Float, ElementType.Float, ElementType.Float, ElementType.Int32, ElementType.Int32, ElementType.Float, ElementType.Float,
    ];

    private static readonly ElementType[] OutputTypes = [ElementType.Float, ElementType.Float, ElementType.Float];

    public override string Name => "SlotAttention";

    public override ReadOnlySpan<ElementType> Inputs => InputTypes;

    public override ReadOnlySpan<ElementType> Outputs => OutputTypes;

    public override Kernel CreateKernel(KernelInfo info)
    {
        int heads = info.GetInt("num_heads");
        int keyValueHeads = info.GetInt("kv_heads");
        return heads % keyValueHeads == 0
            ? new SlotAttentionKernel(heads, keyValueHeads, info.GetFloat("scale"))
            : throw new ArgumentException($"SlotAttention: num_heads {heads} is not a multiple of kv_heads {keyValueHeads}.");
    }
}
