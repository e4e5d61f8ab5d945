namespace Orleans.OneMachine.Messaging;

/// <summary>What a frame is. A frame is a 32-bit length, this byte, and the payload.</summary>
internal enum FrameKind : byte
{
    Hello = 1,
    Welcome = 2,
    Request = 3,
    Response = 4,
    Cancel = 5,
    SystemRequest = 6,
}
