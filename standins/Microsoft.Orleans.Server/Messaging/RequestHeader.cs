using System.Collections.Immutable;
using Orleans.OneMachine.Serialization;
using Orleans.Runtime;

namespace Orleans.OneMachine.Messaging;

/// <summary>What precedes the arguments of a grain call.</summary>
internal readonly record struct RequestHeader(
    long Id, GrainId Target, GrainInterfaceType Interface, uint Method, bool IsNewPlacement, bool IsOneWay, TimeSpan TimeToLive, ImmutableDictionary<string, object> Context)
{
    private const byte NewPlacementFlag = 1;
    private const byte OneWayFlag = 2;

    public void Write(WireWriter writer, CodecProvider codecs)
    {
        writer.Varint((ulong)Id);
        writer.String(Target.ToString());
        writer.String(Interface.ToString());
        writer.Varint(Method);
        writer.Byte((byte)((IsNewPlacement ? NewPlacementFlag : 0) | (IsOneWay ? OneWayFlag : 0)));
        writer.Varint((ulong)Math.Max(0, (long)TimeToLive.TotalMilliseconds));
        codecs.Get<ImmutableDictionary<string, object>>().Write(writer, Context);
    }

    public static RequestHeader Read(ref WireReader reader, CodecProvider codecs)
    {
        var id = (long)reader.Varint();
        var target = GrainId.Parse(reader.RequiredString());
        var name = GrainInterfaceType.Create(reader.RequiredString());
        var method = checked((uint)reader.Varint());
        var flags = reader.Byte();
        var timeToLive = TimeSpan.FromMilliseconds(Math.Min(reader.Varint(), int.MaxValue));
        var context = codecs.Get<ImmutableDictionary<string, object>>().Read(ref reader);
        return new(id, target, name, method, (flags & NewPlacementFlag) != 0, (flags & OneWayFlag) != 0, timeToLive, context);
    }
}
