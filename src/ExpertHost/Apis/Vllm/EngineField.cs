namespace ExpertCluster.ExpertHost.Apis.Vllm;

/// <summary>A field of vLLM's Generate call.</summary>
/// <param name="Name">As the protocol has it; of the sampling's, with the message before it.</param>
/// <param name="State">What becomes of it.</param>
/// <param name="Note">Its values; or why it changes nothing, or is refused.</param>
internal sealed record EngineField(string Name, EngineFieldState State, string Note)
{
    /// <summary>Of a refused field, the value that asks for nothing; empty: none but the field's default.</summary>
    public string Neutral { get; init; } = "";
}

/// <summary>There is no fourth: nothing is ignored in silence.</summary>
internal enum EngineFieldState
{
    /// <summary>It does what its API says.</summary>
    Works,

    /// <summary>It changes no answer here, whatever it says.</summary>
    ChangesNothing,

    /// <summary>It would change the answer, and isn't built: refused by name.</summary>
    Refused,
}
