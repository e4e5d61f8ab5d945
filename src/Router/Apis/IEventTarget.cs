using System.Buffers;
using ExpertCluster.Contracts.Failures;

namespace ExpertCluster.Router.Apis;

/// <summary>Where the events of a stream go: to the caller alone, or to where they are held for all who follow.</summary>
internal interface IEventTarget
{
    IBufferWriter<byte> Body { get; }

    /// <summary>Whether each event says which it is, counted from 1.</summary>
    bool IsNumbered { get; }

    /// <summary>Whether nobody is left to write to.</summary>
    bool IsGone { get; }

    /// <summary>The first event follows: from now on what fails is told by an event.</summary>
    void Begin();

    /// <summary>An event is complete.</summary>
    ValueTask FlushAsync(CancellationToken cancellation);

    /// <summary>What readers are told of a failure on the way.</summary>
    Failure Told(Failure failure);
}
