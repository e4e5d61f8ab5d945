namespace ExpertCluster.Router.Resumption;

/// <summary>Why a stream can't be asked for any more. Names of a metric's label.</summary>
internal enum StreamDrop
{
    /// <summary>It has been kept long enough after its end.</summary>
    Expired,

    /// <summary>It went for the room of newer ones, after its end.</summary>
    Room,

    /// <summary>Its events had no room, while it ran.</summary>
    Bytes,

    /// <summary>Nobody listened for too long, so its generation was ended; what came of it is kept like any other's.</summary>
    Alone,

    /// <summary>A caller had it deleted.</summary>
    Deleted,

    /// <summary>A newer request has its id.</summary>
    Replaced,

    /// <summary>The router stops.</summary>
    Stopping,

    /// <summary>It failed before its first event: whoever waited was told why.</summary>
    Failed,
}
