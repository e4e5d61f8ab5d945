using ExpertCluster.Inference.Native;

namespace ExpertCluster.Inference.Kernels.Attention;

/// <summary>
/// SlotAttention: rotary embedding and causal attention over KV slots, decode rows and prompt chunks mixed. README.md has
/// the contract.
/// </summary>
internal sealed class SlotAttentionOperator : CustomOperator
{
    private static readonly ElementType[] InputTypes =
    [
        ElementType.Float, ElementType.UInt8, ElementType.UInt8, ElementType.Int32, ElementType.Int32, ElementType.Float, ElementType.Float,
        ElementType.Float, ElementType.Float,
    ];

    private static readonly ElementType[] OutputTypes = [ElementType.Float, ElementType.UInt8, ElementType.UInt8];

    public override string Name => "SlotAttention";

    public override ReadOnlySpan<ElementType> Inputs => InputTypes;

    /// <summary>Without the norms of queries and keys.</summary>
    public override int RequiredInputs => 7;

    public override ReadOnlySpan<ElementType> Outputs => OutputTypes;

    public override Kernel CreateKernel(KernelInfo info)
    {
        var attributes = new AttentionAttributes
        {
            Heads = info.GetInt("num_heads"),
            KeyValueHeads = info.GetInt("kv_heads"),
            Scale = info.GetFloat("scale"),
            Window = info.GetInt("window", least: 0),
            SoftCap = info.GetFloat("softcap"),
            NormEpsilon = info.GetFloat("norm_epsilon"),
        };
        attributes.Validate();
        return new SlotAttentionKernel(attributes);
    }
}
