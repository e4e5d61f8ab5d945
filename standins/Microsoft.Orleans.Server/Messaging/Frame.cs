using System.Buffers.Binary;
using Orleans.OneMachine.Serialization;

namespace Orleans.OneMachine.Messaging;

/// <summary>One message in its wire form, in a pooled buffer.</summary>
internal sealed class Frame : IDisposable
{
    /// <summary>Bytes before the payload: length (of all that follows it) and kind.</summary>
    public const int HeaderSize = 5;

    public Frame(FrameKind kind, int maxBodySize)
    {
        Writer = new(maxBodySize + HeaderSize);
        Writer.Take(4);
        Writer.Byte((byte)kind);
    }

    public WireWriter Writer { get; }

    /// <summary>The call that it asks for, if it does.</summary>
    public PendingCall? Call { get; init; }

    /// <summary>The number of the call that it answers; 0 where it is no answer.</summary>
    public long Answers { get; init; }

    /// <summary>Whether it has waited in vain before, for a connection that broke.</summary>
    public bool IsSecondTry { get; set; }

    /// <summary>The bytes to send; fills in the length.</summary>
    public ReadOnlyMemory<byte> Bytes()
    {
        var bytes = Writer.Written;
        var header = System.Runtime.InteropServices.MemoryMarshal.AsMemory(bytes).Span;
        BinaryPrimitives.WriteInt32LittleEndian(header, bytes.Length - 4);
        return bytes;
    }

    public void Dispose() => Writer.Dispose();
}
