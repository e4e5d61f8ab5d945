using System.Buffers;
using Grpc.Core;
using Grpc.Framing;

namespace Grpc.AspNetCore.Tests.Framing;

public sealed class FrameSerializerTests
{
    private readonly ArrayBufferWriter<byte> _output = new();
    private readonly FrameSerializer _serializer = new(maxMessageSize: 100, compression: null, level: null);

    [Fact]
    public void Serialize_AnnouncedLength_WritesPrefixAndMessage()
    {
        Serialize((message, context) =>
        {
            context.SetPayloadLength(message.Length);
            context.GetBufferWriter().Write(message);
            context.Complete();
        });
        Assert.Equal([0, 0, 0, 0, 3, 1, 2, 3], _output.WrittenSpan.ToArray());
    }

    [Fact]
    public void Serialize_UnannouncedLengthOrArray_WritesTheSame()
    {
        Serialize((message, context) =>
        {
            context.GetBufferWriter().Write(message);
            context.Complete();
        });
        Serialize((message, context) => context.Complete(message));
        Assert.Equal([0, 0, 0, 0, 3, 1, 2, 3, 0, 0, 0, 0, 3, 1, 2, 3], _output.WrittenSpan.ToArray());
    }

    [Fact]
    public void Serialize_SerializerFails_LeavesNoHalfFrame()
    {
        Action<byte[], SerializationContext>[] faulty =
        [
            (_, context) =>
            {
                context.SetPayloadLength(3);
                context.GetBufferWriter().Write<byte>([1]);
                throw new InvalidOperationException("broken");
            },
            (_, context) =>
            {
                context.SetPayloadLength(3);
                context.GetBufferWriter().Write<byte>([1]);
                context.Complete();
            },
            (_, context) =>
            {
                context.SetPayloadLength(3);
                context.GetBufferWriter().Write<byte>([1, 2, 3, 4]);
                context.Complete();
            },
            (_, _) => { },
        ];
        foreach (Action<byte[], SerializationContext> serializer in faulty)
            Assert.ThrowsAny<InvalidOperationException>(() => Serialize(serializer));
        Assert.Equal(0, _output.WrittenCount);

        Serialize_AnnouncedLength_WritesPrefixAndMessage();
    }

    [Fact]
    public void Serialize_OverTheLimit_IsResourceExhausted()
    {
        var e = Assert.Throws<RpcException>(() => Serialize((_, context) => context.SetPayloadLength(101)));
        Assert.Equal(StatusCode.ResourceExhausted, e.StatusCode);
        Assert.Throws<RpcException>(() => Serialize((_, context) => context.Complete(new byte[101])));
    }

    private void Serialize(Action<byte[], SerializationContext> serializer) =>
        _serializer.Serialize([1, 2, 3], serializer, _output, mayCompress: true);
}
