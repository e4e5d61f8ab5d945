using System.Buffers;
using Grpc.Core;

namespace ExpertCluster.Bench.Wire;

/// <summary>64 bytes. Reading one makes no new object: what a call allocates is then the library's alone.</summary>
internal sealed class Message
{
    public const int Size = 64;

    /// <summary>With gRPC's prefix: a flag and the length.</summary>
    public static readonly byte[] Framed = [0, 0, 0, 0, Size, .. Enumerable.Range(0, Size).Select(i => (byte)i)];

    public static readonly Message Only = new();

    private static readonly Marshaller<Message> Marshaller = Marshallers.Create(
        static (Message _, SerializationContext context) =>
        {
            context.SetPayloadLength(Size);
            context.GetBufferWriter().Write(Framed.AsSpan(Framed.Length - Size));
            context.Complete();
        },
        static context => context.PayloadAsReadOnlySequence().Length == Size
            ? Only : throw new InvalidOperationException($"a message of {context.PayloadLength} bytes"));

    public static Method<Message, Message> Method(MethodType type, string name) => new(type, "bench.Wire", name, Marshaller, Marshaller);
}
