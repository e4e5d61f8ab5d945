namespace ExpertCluster.Simulation.Clusters;

/// <summary>A request on its way.</summary>
internal sealed class SimulatedRequest
{
    public required int Expert { get; init; }

    public required double Arrived { get; init; }

    public required double Prompt { get; set; }

    /// <summary>Tokens that are still to come; one that lost its host goes on behind those that came.</summary>
    public required double Answer { get; set; }

    public required ulong PromptKey { get; init; }

    public bool HasFirstToken { get; set; }

    /// <summary>When it came to the host that has it.</summary>
    public double Sent { get; set; }

    /// <summary>The host's decode clock at which it is done.</summary>
    public double DoneAt { get; set; }
}
