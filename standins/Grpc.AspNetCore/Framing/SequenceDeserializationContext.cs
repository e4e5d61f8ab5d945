using System.Buffers;
using Grpc.Core;

namespace Grpc.Framing;

/// <summary>Shows a marshaller one message in place.</summary>
internal sealed class SequenceDeserializationContext : DeserializationContext
{
    private ReadOnlySequence<byte> _payload;

    public override int PayloadLength => (int)_payload.Length;

    public override byte[] PayloadAsNewBuffer() => _payload.ToArray();

    public override ReadOnlySequence<byte> PayloadAsReadOnlySequence() => _payload;

    public T Deserialize<T>(Func<DeserializationContext, T> deserializer, in ReadOnlySequence<byte> payload)
    {
        _payload = payload;
        try
        {
            return deserializer(this);
        }
        finally
        {
            _payload = default;
        }
    }
}
