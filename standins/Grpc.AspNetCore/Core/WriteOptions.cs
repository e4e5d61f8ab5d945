namespace Grpc.Core;

[Flags]
public enum WriteFlags
{
    /// <summary>More follows at once: the message need not be flushed yet.</summary>
    BufferHint = 0x1,
    NoCompress = 0x2,
}

/// <summary>How messages are written.</summary>
public class WriteOptions
{
    public static readonly WriteOptions Default = new();

    public WriteOptions(WriteFlags flags = default) => Flags = flags;

    public WriteFlags Flags { get; }
}
