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

    [Theory]
    [InlineData(507, true)]
    [InlineData(508, false)]
    public void Gather_AnnouncedLength_GivesBackSmallFramesOnly(int length, bool gathered)
    {
        var serializer = new FrameSerializer(maxMessageSize: null, compression: null, level: null);
        byte[] message = [.. Enumerable.Range(0, length).Select(i => (byte)i)];
        byte[] frame = Support.RawGrpc.Frame(message);
        for (int i = 0; i < 2; i++)
        {
            ReadOnlyMemory<byte> given = serializer.Gather(message, Announcing, _output, mayCompress: true);
            Assert.Equal(gathered ? frame : [], given.ToArray());
        }
        Assert.Equal(gathered ? [] : [.. frame, .. frame], _output.WrittenSpan.ToArray());
    }

    [Theory]
    [InlineData(507, true)]
    [InlineData(508, false)]
    public void ToFrame_AnyLength_GivesTheFrame(int length, bool asArray)
    {
        byte[] message = new byte[length];
        for (int i = 0; i < 2; i++)
        {
            FrameSerializer serializer = FrameSerializer.Rent(maxMessageSize: null, compression: null, level: null);
            byte[]? small = serializer.ToFrame(message, Announcing, mayCompress: true, out PooledBufferWriter? large);
            serializer.Return();
            Assert.Equal(asArray, small is not null);
            Assert.Equal(Support.RawGrpc.Frame(message), small ?? large!.Written.ToArray());
            large?.Reset();
        }
    }

    [Fact]
    public void Rent_WhileOneIsLent_GivesAnotherUnderItsOwnLimit()
    {
        FrameSerializer outer = FrameSerializer.Rent(maxMessageSize: null, compression: null, level: null);
        FrameSerializer inner = FrameSerializer.Rent(maxMessageSize: 1, compression: null, level: null);
        Assert.NotSame(outer, inner);
        outer.Serialize<byte[]>([1, 2], Announcing, _output, mayCompress: true);
        Assert.Throws<RpcException>(() => inner.Serialize<byte[]>([1, 2], Announcing, _output, mayCompress: true));
        outer.Return();
        FrameSerializer again = FrameSerializer.Rent(maxMessageSize: 1, compression: null, level: null);
        Assert.Same(outer, again);
        Assert.Throws<RpcException>(() => again.Serialize<byte[]>([1, 2], Announcing, _output, mayCompress: true));
    }

    [Fact]
    public void Gather_AfterAFailure_GivesTheNextMessage()
    {
        Assert.Throws<InvalidOperationException>(() =>
        {
            _serializer.Gather<byte[]>([1, 2, 3], (_, context) => context.SetPayloadLength(3), _output, mayCompress: true);
        });
        Assert.Equal([0, 0, 0, 0, 1, 9], _serializer.Gather<byte[]>([9], Announcing, _output, mayCompress: true).ToArray());
        _serializer.Serialize<byte[]>([8], Announcing, _output, mayCompress: true);
        Assert.Equal([0, 0, 0, 0, 1, 8], _output.WrittenSpan.ToArray());
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

    private static void Announcing(byte[] message, SerializationContext context)
    {
        context.SetPayloadLength(message.Length);
        context.GetBufferWriter().Write(message);
        context.Complete();
    }
}
