namespace Orleans.OneMachine.Serialization;

/// <summary>How a member's value is laid out, so that a reader can skip members that it does not know.</summary>
internal enum WireKind : byte
{
    Varint = 0,
    Fixed32 = 1,
    Fixed64 = 2,
    Fixed128 = 3,

    /// <summary>A varint n + 1 (0: null), then n bytes.</summary>
    Bytes = 4,

    /// <summary>A 32-bit length that the member writer fills in, then that many bytes.</summary>
    Block = 5,
}
