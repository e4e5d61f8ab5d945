using System.Buffers.Binary;

namespace ExpertCluster.Wire.Tests.Support;

/// <summary>Messages as they lie on the wire.</summary>
internal static class RawGrpc
{
    /// <summary>A message behind its prefix; the announced length may lie.</summary>
    public static byte[] Frame(byte[] message, byte flag = 0, uint? length = null)
    {
        byte[] frame = new byte[5 + message.Length];
        frame[0] = flag;
        BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(1), length ?? (uint)message.Length);
        message.CopyTo(frame, 5);
        return frame;
    }
}
