using System.Buffers;
using ExpertCluster.Contracts.Failures;
using ExpertCluster.Router.Resumption;

namespace ExpertCluster.Router.Apis;

/// <summary>Events that are held for all who follow the stream. It goes on whoever leaves, and what cut it short is told in its last event.</summary>
/// <param name="stream">Holds them.</param>
/// <param name="isNumbered">Whether each says which it is; OpenAI's responses have numbers of their own.</param>
internal sealed class HeldTarget(HeldStream stream, bool isNumbered) : IEventTarget
{
    private readonly ArrayBufferWriter<byte> _one = new();

    public IBufferWriter<byte> Body => _one;

    public bool IsNumbered => isNumbered;

    public bool IsGone => false;

    public void Begin()
    {
    }

    public ValueTask FlushAsync(CancellationToken cancellation)
    {
        byte[] one = _one.WrittenSpan.ToArray();
        _one.ResetWrittenCount();
        return stream.AddAsync(one);
    }

    public Failure Told(Failure failure) => stream.Cut ?? failure;
}
