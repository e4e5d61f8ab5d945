namespace Orleans.OneMachine.Serialization;

/// <summary>One numbered member of a type.</summary>
internal abstract class MemberCodec<TOwner>(uint id)
{
    public uint Id => id;

    public abstract void Write(WireWriter writer, ref TOwner owner);

    public abstract void Read(ref WireReader reader, WireKind kind, ref TOwner owner);
}

internal sealed class MemberCodec<TOwner, TMember>(
    uint id, string name, CodecProvider provider, GetMember<TOwner, TMember> get, SetMember<TOwner, TMember> set)
    : MemberCodec<TOwner>(id)
{
    private Codec<TMember>? _codec;

    // Resolved late: a type may contain itself.
    private Codec<TMember> Codec => _codec ??= provider.Get<TMember>();

    public override void Write(WireWriter writer, ref TOwner owner)
    {
        var kind = Codec.Kind;
        writer.Varint((((ulong)Id + 1) << 3) | (byte)kind);
        var start = kind == WireKind.Block ? writer.BeginBlock() : 0;
        Codec.Write(writer, get(ref owner));
        if (kind == WireKind.Block)
            writer.EndBlock(start);
    }

    public override void Read(ref WireReader reader, WireKind kind, ref TOwner owner)
    {
        if (kind != Codec.Kind)
            throw new MalformedDataException($"Member {name} of {typeof(TOwner)} came as {kind}, expected {Codec.Kind}.");
        var end = -1;
        if (kind == WireKind.Block)
        {
            var length = reader.Int32();
            end = reader.Remaining - length;
            if (length < 0 || end < 0)
                throw new MalformedDataException($"Member {name} of {typeof(TOwner)} announces {length} bytes, {reader.Remaining} are left.");
        }
        set(ref owner, Codec.Read(ref reader));
        if (end >= 0 && reader.Remaining != end)
            throw new MalformedDataException($"Member {name} of {typeof(TOwner)} does not have the length that it announces.");
    }
}
