using Orleans.OneMachine.Serialization;
using Orleans.Runtime;

namespace Orleans.OneMachine.Messaging;

/// <summary>How a connection is answered.</summary>
internal enum Welcome : byte
{
    Accepted = 1,

    /// <summary>The caller means an earlier run on this port: that run is gone.</summary>
    Replaced = 2,

    /// <summary>The cluster has declared the caller dead.</summary>
    CallerIsDead = 3,

    /// <summary>The other side is of another cluster or speaks another protocol.</summary>
    Refused = 4,
}

/// <summary>The first frame of a connection: who calls whom.</summary>
internal readonly record struct Hello(string ClusterId, SiloAddress Sender, SiloAddress Target)
{
    public const int MaxLength = 4096;

    // "ECO" and the version of the protocol.
    private const int Magic = 0x45434F01;

    public void Write(WireWriter writer)
    {
        writer.Int32(Magic);
        writer.String(ClusterId);
        writer.String(Sender.ToParsableString());
        writer.String(Target.ToParsableString());
    }

    public static Hello Read(ref WireReader reader)
    {
        if (reader.Int32() != Magic)
            throw new MalformedDataException("The caller does not speak this protocol.");
        return new(reader.RequiredString(), SiloAddress.FromParsableString(reader.RequiredString()), SiloAddress.FromParsableString(reader.RequiredString()));
    }
}
