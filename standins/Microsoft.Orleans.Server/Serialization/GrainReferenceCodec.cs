using Orleans.OneMachine.Invocation;
using Orleans.Runtime;

namespace Orleans.OneMachine.Serialization;

/// <summary>A reference to a grain, as its identity and the interface that the receiver declares.</summary>
internal sealed class GrainReferenceCodec<T>(Func<ReferenceFactory> references) : Codec<T?>
    where T : class, IAddressable
{
    public override WireKind Kind => WireKind.Bytes;

    public override bool IsImmutable => true;

    // A grain that passes itself passes a reference to itself.
    public override void Write(WireWriter writer, T? value) => writer.String(value?.GetGrainId().ToString());

    public override T? Read(ref WireReader reader) =>
        reader.String() is { } id ? (T)(IAddressable)references().Reference(GrainId.Parse(id), typeof(T)) : null;
}
