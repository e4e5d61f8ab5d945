using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;

namespace Orleans.OneMachine.Messaging;

/// <summary>
/// What one connection has to send, in order. Many add, its sender alone takes. It also knows what the sender has taken: when
/// the connection breaks, nobody can tell how much of that arrived.
/// </summary>
internal sealed class Outbox
{
    /// <summary>Frames that wait to be sent; beyond that one more is refused.</summary>
    public const int Capacity = 16 * 1024;

    /// <summary>Answers sent that are remembered, more than a socket's buffers hold but for the smallest.</summary>
    public const int AnswersRemembered = 4096;

    private readonly Channel<Frame> _waiting = Channel.CreateBounded<Frame>(new BoundedChannelOptions(Capacity) { SingleReader = true });
    private readonly Queue<Frame> _inherited = new();
    private readonly Queue<long> _answers = new();
    private volatile bool _isClosed;

    /// <summary>Whether it takes nothing more, ever: its connection has ended.</summary>
    public bool IsClosed => _isClosed;

    /// <summary>Numbers of the calls that were answered last, oldest first; for the sender, or after its end.</summary>
    public IReadOnlyCollection<long> Answered => _answers;

    /// <summary>False: full or closed.</summary>
    public bool TryAdd(Frame frame) => _waiting.Writer.TryWrite(frame);

    /// <summary>Puts what an earlier connection could not send before everything else; before the sender starts.</summary>
    public void Inherit(IEnumerable<Frame> frames)
    {
        foreach (var frame in frames)
            _inherited.Enqueue(frame);
    }

    /// <summary>False: all has been taken, and nothing more comes.</summary>
    public ValueTask<bool> WaitAsync(CancellationToken cancellationToken) =>
        _inherited.Count > 0 ? new(true) : _waiting.Reader.WaitToReadAsync(cancellationToken);

    public bool TryTake([NotNullWhen(true)] out Frame? frame)
    {
        if (!_inherited.TryDequeue(out frame) && !_waiting.Reader.TryRead(out frame))
            return false;
        if (frame.Answers != 0)
            Remember(frame.Answers);
        return true;
    }

    /// <summary>Takes nothing more; what waits is still sent.</summary>
    public void Complete() => _waiting.Writer.TryComplete();

    /// <summary>Closes it for good and gives back what was never taken.</summary>
    public IReadOnlyList<Frame> Close()
    {
        _isClosed = true;
        Complete();
        var rest = new List<Frame>(_inherited);
        _inherited.Clear();
        while (_waiting.Reader.TryRead(out var frame))
            rest.Add(frame);
        return rest;
    }

    /// <summary>Counts an answer as sent.</summary>
    public void Remember(long call)
    {
        if (_answers.Count == AnswersRemembered)
            _answers.Dequeue();
        _answers.Enqueue(call);
    }
}
