using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace ExpertCluster.Fuzz.Grammars;

/// <summary>A message of a type, with any fields set to values at which somebody errs; and bytes that only look like one.</summary>
internal sealed class MessageGrammar(Random random, MessageDescriptor type, IReadOnlyList<string> words)
{
    private static readonly double[] Doubles = [0, -0.0, 1, -1, 0.5, 2, double.NaN, double.PositiveInfinity, double.NegativeInfinity, double.Epsilon, double.MaxValue, 1e39, -1e-9];
    private static readonly long[] Integers = [0, 1, -1, 2, 4, 5, 16, 64, 1000, int.MaxValue, int.MinValue, long.MaxValue, long.MinValue];

    public byte[] Make() => Make(type, 4).ToByteArray();

    private IMessage Make(MessageDescriptor of, int depth)
    {
        var message = of.Parser.ParseFrom(ByteString.Empty);
        foreach (var field in of.Fields.InFieldNumberOrder().Where(_ => random.Next(3) > 0))
        {
            Set(message, field, depth);
        }

        return message;
    }

    private void Set(IMessage message, FieldDescriptor field, int depth)
    {
        if (field.IsMap)
        {
            var map = (System.Collections.IDictionary)field.Accessor.GetValue(message);
            for (int i = random.Count(3, 30); i > 0; i--)
            {
                map[Value(field.MessageType.Fields.InFieldNumberOrder()[0], depth)!] = Value(field.MessageType.Fields.InFieldNumberOrder()[1], depth);
            }
        }
        else if (field.IsRepeated)
        {
            var list = (System.Collections.IList)field.Accessor.GetValue(message);
            for (int i = random.Count(3, depth < 3 ? 20 : 1100); i > 0; i--)
            {
                list.Add(Value(field, depth));
            }
        }
        else if (Value(field, depth) is { } value)
        {
            field.Accessor.SetValue(message, value);
        }
    }

    private object? Value(FieldDescriptor field, int depth) => field.FieldType switch
    {
        FieldType.Message => depth == 0 ? field.MessageType.Parser.ParseFrom(ByteString.Empty) : Make(field.MessageType, depth - 1),
        FieldType.String => random.In(20) ? new string('x', random.Next(3000)) : random.Of(words),
        FieldType.Bool => random.In(2),
        FieldType.Double => random.Of(Doubles),
        FieldType.Float => (float)random.Of(Doubles),
        FieldType.Int32 or FieldType.SInt32 or FieldType.SFixed32 => unchecked((int)random.Of(Integers)),
        FieldType.UInt32 or FieldType.Fixed32 => unchecked((uint)random.Of(Integers)),
        FieldType.Int64 or FieldType.SInt64 or FieldType.SFixed64 => random.Of(Integers),
        FieldType.UInt64 or FieldType.Fixed64 => unchecked((ulong)random.Of(Integers)),
        FieldType.Enum => Enum.ToObject(field.EnumType.ClrType, random.Next(-1, 7)),
        FieldType.Bytes => ByteString.CopyFrom(new byte[random.Next(20)]),
        _ => null,
    };
}
