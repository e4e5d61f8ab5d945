namespace ExpertCluster.Router.Suspects;

/// <summary>How far a host is with a suspect, as far as it has said.</summary>
internal enum SuspectTurn
{
    /// <summary>Others are before it: nothing of it was touched. Headers end this.</summary>
    Waiting,

    /// <summary>The host works on it, and on no other suspect. An empty chunk, or a token, ends this.</summary>
    Alone,

    /// <summary>The host works on it beside others.</summary>
    Over,
}
